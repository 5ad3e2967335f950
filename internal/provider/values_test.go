package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// resourceSchemas returns the schemas of the resources by type.
func resourceSchemas(t *testing.T) map[string]schema.Schema {
	t.Helper()
	all := map[string]schema.Schema{}
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var name resource.MetadataResponse
		var described resource.SchemaResponse
		r := newResource()
		r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "timesheets"}, &name)
		r.Schema(t.Context(), resource.SchemaRequest{}, &described)
		all[name.TypeName] = described.Schema
	}
	return all
}

// objectOf returns an object with some attributes, and null for the others.
func objectOf(t *testing.T, kind tftypes.Type, given map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	all := map[string]tftypes.Value{}
	for name, of := range kind.(tftypes.Object).AttributeTypes {
		all[name] = tftypes.NewValue(of, nil)
	}
	maps.Copy(all, given)
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, all))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

func text(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

func number(value int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }

func texts(values map[string]string) tftypes.Value {
	elements := map[string]tftypes.Value{}
	for key, value := range values {
		elements[key] = text(value)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

func set(values ...string) tftypes.Value {
	elements := []tftypes.Value{}
	for _, value := range values {
		elements = append(elements, text(value))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
}

var publicKey = strings.TrimSpace(keypair.New().PublicPEM)

// keys returns the keys of a client by name. Further attributes are given as alternating names and values.
func keys(pems map[string]string, more ...string) tftypes.Value {
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"pem": tftypes.String, "algorithm": tftypes.String, "expires_at": tftypes.String, "key_id": tftypes.String,
	}}
	elements := map[string]tftypes.Value{}
	for name, pem := range pems {
		entry := map[string]tftypes.Value{}
		for attribute := range kind.AttributeTypes {
			entry[attribute] = tftypes.NewValue(tftypes.String, nil)
		}
		entry["pem"] = text(pem)
		if pem == "" {
			entry["pem"] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		}
		for i := 0; i < len(more); i += 2 {
			entry[more[i]] = text(more[i+1])
		}
		elements[name] = tftypes.NewValue(kind, entry)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: kind}, elements)
}

// encryption returns a value of token_encryption with a key of that name.
func encryption(pem, name string) tftypes.Value {
	key := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"pem": tftypes.String, "algorithm": tftypes.String, "name": tftypes.String, "kid": tftypes.String,
	}}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"format": tftypes.String, "encryption_key": key}}
	null := tftypes.NewValue(tftypes.String, nil)
	return tftypes.NewValue(kind, map[string]tftypes.Value{"format": null, "encryption_key": tftypes.NewValue(key, map[string]tftypes.Value{
		"pem": text(pem), "algorithm": null, "name": text(name), "kid": null,
	})})
}

// proof returns a value of proof_of_possession with that mechanism.
func proof(mechanism string) tftypes.Value {
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"mechanism": tftypes.String, "required": tftypes.Bool, "required_for": tftypes.String}}
	return tftypes.NewValue(kind, map[string]tftypes.Value{
		"mechanism": text(mechanism), "required": tftypes.NewValue(tftypes.Bool, nil), "required_for": tftypes.NewValue(tftypes.String, nil),
	})
}

// quota returns a value of token_quota with a limit per hour. 0 means no limit.
func quota(perHour int64) tftypes.Value {
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"per_hour": tftypes.Number, "per_day": tftypes.Number, "enforce": tftypes.Bool}}
	entry := map[string]tftypes.Value{
		"per_hour": number(perHour), "per_day": tftypes.NewValue(tftypes.Number, nil), "enforce": tftypes.NewValue(tftypes.Bool, nil),
	}
	if perHour == 0 {
		entry["per_hour"] = tftypes.NewValue(tftypes.Number, nil)
	}
	return tftypes.NewValue(kind, entry)
}

func many(count int) map[string]string {
	values := map[string]string{}
	for i := range count {
		values[fmt.Sprintf("scope:%d", i)] = ""
	}
	return values
}

// withElements returns a map with more elements.
func withElements(of tftypes.Value, more ...tftypes.Value) tftypes.Value {
	elements := map[string]tftypes.Value{}
	if err := of.As(&elements); err != nil {
		panic(err)
	}
	elements = maps.Clone(elements)
	for i, value := range more {
		elements[fmt.Sprint("more", i)] = value
	}
	return tftypes.NewValue(of.Type(), elements)
}
