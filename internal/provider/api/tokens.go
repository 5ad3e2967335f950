package api

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	consentPolicies      = []string{"transactional-authorization-with-mfa"}
	mechanisms           = []string{"dpop", "mtls"}
	proofClients         = []string{"public_clients", "all_clients"}
	encryptionFormats    = []string{"compact-nested-jwe"}
	encryptionAlgorithms = []string{"RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"}
)

// longestEncryptionKey is what the tenant allows of the text of a key in bytes (RS001).
const longestEncryptionKey = 4096

var (
	proofTypes         = map[string]attr.Type{"mechanism": types.StringType, "required": types.BoolType, "required_for": types.StringType}
	encryptionKeyTypes = map[string]attr.Type{
		"name": types.StringType, "algorithm": types.StringType, "kid": types.StringType, "pem": types.StringType,
	}
	encryptionTypes = map[string]attr.Type{"format": types.StringType, "encryption_key": types.ObjectType{AttrTypes: encryptionKeyTypes}}
)

func detailsTypes(ctx context.Context, kinds types.Set) []string {
	var list []string
	if !kinds.IsNull() && !kinds.IsUnknown() {
		kinds.ElementsAs(ctx, &list, false)
	}
	slices.Sort(list)
	return list
}

func newDetailsTypes(kinds []string) types.Set {
	if len(kinds) == 0 {
		return types.SetNull(types.StringType)
	}
	elements := make([]attr.Value, 0, len(kinds))
	for _, kind := range kinds {
		elements = append(elements, types.StringValue(kind))
	}
	return types.SetValueMust(types.StringType, elements)
}

// textIn is a member of an object; empty where it is null, not known or not there.
func textIn(object types.Object, name string) string {
	value, _ := object.Attributes()[name].(types.String)
	return value.ValueString()
}

func proof(from types.Object) tenant.ProofOfPossession {
	required, _ := from.Attributes()["required"].(types.Bool)
	return tenant.ProofOfPossession{
		Mechanism: textIn(from, "mechanism"), Required: required.ValueBool(), RequiredFor: textIn(from, "required_for"),
	}
}

func newProof(from tenant.ProofOfPossession) types.Object {
	if from == (tenant.ProofOfPossession{}) {
		return types.ObjectNull(proofTypes)
	}
	return types.ObjectValueMust(proofTypes, map[string]attr.Value{
		"mechanism": types.StringValue(from.Mechanism), "required": types.BoolValue(from.Required), "required_for": modify.Text(from.RequiredFor),
	})
}

func encryption(from types.Object) tenant.TokenEncryption {
	key, _ := from.Attributes()["encryption_key"].(types.Object)
	return tenant.TokenEncryption{
		Format: textIn(from, "format"), KeyName: textIn(key, "name"), Algorithm: textIn(key, "algorithm"), KeyID: textIn(key, "kid"), PEM: textIn(key, "pem"),
	}
}

// newEncryption is what Terraform holds of an encryption. The text of the key is carried from held, as long as nothing
// that the tenant tells of it differs.
func newEncryption(from tenant.TokenEncryption, held types.Object) types.Object {
	if from == (tenant.TokenEncryption{}) {
		return types.ObjectNull(encryptionTypes)
	}
	text := types.StringNull()
	if before := encryption(held); before.Same(from) {
		text = modify.Text(before.PEM)
	}
	return types.ObjectValueMust(encryptionTypes, map[string]attr.Value{
		"format": types.StringValue(from.Format),
		"encryption_key": types.ObjectValueMust(encryptionKeyTypes, map[string]attr.Value{
			"name": modify.Text(from.KeyName), "algorithm": types.StringValue(from.Algorithm), "kid": modify.Text(from.KeyID), "pem": text,
		}),
	})
}

// guardAttributes are what guards the API and its tokens beyond scopes and lifetimes. Each depends on the tenant's plan.
func guardAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"allow_online_access":                         flag("Whether users may have refresh tokens that end with their session."),
		"allow_online_access_with_ephemeral_sessions": flag("Whether they may also where sessions are not kept."),
		"consent_policy": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Default:             modify.NullString(),
			MarkdownDescription: "How users consent to a transaction: " + validate.Choices(consentPolicies) + ". When left out, no such consent is asked for.",
			Validators:          []validator.String{validate.OneOf(consentPolicies...)},
		},
		"authorization_details_types": schema.SetAttribute{
			Optional:            true,
			Computed:            true,
			Default:             modify.NullSet(types.StringType),
			ElementType:         types.StringType,
			MarkdownDescription: "Types of authorization details (RFC 9396) that requests may carry, at least one, each of 1 to 255 characters. When left out, none.",
			Validators:          []validator.Set{validate.DetailsTypes()},
		},
		"authorization_policy_id": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Default:             modify.NullString(),
			MarkdownDescription: "Id of the authorization policy that decides on tokens for the API, 1 to 1024 characters. When left out, none.",
			Validators:          []validator.String{validate.Length(1, 1024)},
		},
		"proof_of_possession": schema.SingleNestedAttribute{
			Optional:            true,
			Computed:            true,
			Default:             modify.NullObject(proofTypes),
			MarkdownDescription: "How clients show that a token is theirs, so that a stolen one is of no use. When left out, whoever has a token may use it.",
			Attributes: map[string]schema.Attribute{
				"mechanism": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "What tokens are bound to: `dpop`, a key of the client, or `mtls`, its certificate.",
					Validators:          []validator.String{validate.OneOf(mechanisms...)},
				},
				"required": schema.BoolAttribute{
					Optional:            true,
					Computed:            true,
					Default:             booldefault.StaticBool(true),
					MarkdownDescription: "Whether every token must be bound; else those alone whose client asks for it. Defaults to `true`.",
				},
				"required_for": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					Default:             modify.NullString(),
					MarkdownDescription: "Whose tokens must be bound: " + validate.Choices(proofClients) + ". When left out, Auth0 decides.",
					Validators:          []validator.String{validate.OneOf(proofClients...)},
				},
			},
		},
		"token_encryption": encryptionAttribute(),
	}
}

func encryptionAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             modify.NullObject(encryptionTypes),
		MarkdownDescription: "Encrypts tokens for the API, so that nobody on their way can read them. When left out, they are signed only.",
		Attributes: map[string]schema.Attribute{
			"format": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(encryptionFormats[0]),
				MarkdownDescription: "Form of an encrypted token: " + validate.Choices(encryptionFormats) + ", the only one and the default.",
				Validators:          []validator.String{validate.OneOf(encryptionFormats...)},
			},
			"encryption_key": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "Key with which Auth0 encrypts; the API has the private half.",
				Attributes: map[string]schema.Attribute{
					"pem": schema.StringAttribute{
						Required: true,
						MarkdownDescription: "Public RSA key of 2048 bits or more in PEM, at most 4096 bytes. A private key is refused. Auth0 never returns it: another key " +
							"of the same name, algorithm and `kid` goes unseen, and after an import the first plan sends it.",
						Validators: []validator.String{validate.PublicKey(longestEncryptionKey)},
					},
					"algorithm": schema.StringAttribute{
						Optional:            true,
						Computed:            true,
						Default:             stringdefault.StaticString(encryptionAlgorithms[0]),
						MarkdownDescription: "Algorithm of the encryption: " + validate.Choices(encryptionAlgorithms) + ". Defaults to `RSA-OAEP-256`.",
						Validators:          []validator.String{validate.OneOf(encryptionAlgorithms...)},
					},
					"name": schema.StringAttribute{
						Optional:            true,
						Computed:            true,
						Default:             modify.NullString(),
						MarkdownDescription: "Name of the key, 1 to 128 characters.",
						Validators:          []validator.String{validate.Length(1, 128)},
					},
					"kid": schema.StringAttribute{
						Optional:            true,
						Computed:            true,
						Default:             modify.NullString(),
						MarkdownDescription: "Id by which tokens name the key, 1 to 128 characters. When left out, they name none.",
						Validators:          []validator.String{validate.Length(1, 128)},
					},
				},
			},
		},
	}
}
