package convergence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// TestScopesReplacedWithAPI replaces an API whose single scopes refer to it: they are replaced with it, and nothing is missing
// after the apply.
func TestScopesReplacedWithAPI(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	const address = "timesheets_api.a0"
	ctx, tenant, guide := t.Context(), acctest.New(t), readGuide(t)
	config := configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", object{"description": "text"}))
	for name, change := range map[string]func(*step, *session){
		"tainted":              func(_ *step, s *session) { s.state[address].Tainted = true },
		"replaced":             func(next *step, _ *session) { next.replace = []string{address} },
		"replaced with scopes": func(next *step, _ *session) { next.replace = []string{address, "timesheets_api_scope.s0"} },
	} {
		for _, parallelism := range []int{1, 10} {
			if err := empty(ctx, tenant.Ports); err != nil {
				t.Fatal(err)
			}
			s := &session{tenant: tenant, state: map[string]*core.Instance{}}
			if err := s.succeed(ctx, config); err != nil {
				t.Fatal(err)
			}
			next := step{config: config, parallelism: parallelism}
			change(&next, s)
			if err := s.step(ctx, next, guide, &tally{}); err != nil {
				t.Errorf("%s, parallelism %d: %v", name, parallelism, err)
			}
		}
	}
}

// TestScopeReleasedLater inserts an element in front of a list of single scopes, and applies one change after the other. A
// scope is created before the resource that had it releases it: the error says to apply again, and that is enough.
func TestScopeReleasedLater(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	ctx, tenant := t.Context(), acctest.New(t)
	before := configure(api(0, nil), scopeOf(0, "s0", nil), scopeOf(1, "s1", nil))
	after := configure(api(0, nil), scopeOf(0, "s3", nil), scopeOf(1, "s0", nil), scopeOf(2, "s1", nil))
	const orders = 20
	for seed := range uint64(orders) {
		if err := empty(ctx, tenant.Ports); err != nil {
			t.Fatal(err)
		}
		s := &session{tenant: tenant, state: map[string]*core.Instance{}}
		if err := s.succeed(ctx, before); err != nil {
			t.Fatal(err)
		}
		o := options{parallelism: 1, random: rand.New(rand.NewPCG(seed, 0))}
		made, err := s.plan(ctx, after, o)
		if err != nil || made.errors != nil {
			t.Fatal(err, made.errors)
		}
		applied, err := s.apply(ctx, made, o)
		if err != nil {
			t.Fatal(err)
		}
		if applied.errors == nil {
			continue
		}
		for _, one := range applied.errors {
			first, _, _ := strings.Cut(one.detail, "import {")
			if one.summary != "Unable to create scope" || !strings.Contains(first, "apply again") {
				t.Errorf("%s: %s", one.summary, one.detail)
			}
		}
		if err := s.succeed(ctx, after); err != nil {
			t.Error(err)
		}
		if err := s.converged(ctx, step{config: after, parallelism: 1}, readGuide(t)); err != nil {
			t.Error(err)
		}
		return
	}
	t.Errorf("none of %d orders creates a scope before it is released", orders)
}

// drift is a change of the tenant outside of Terraform.
type drift struct{ kind, address, value string }

func (d drift) String() string { return strings.TrimSpace(d.kind + " " + d.address + " " + d.value) }

type object = map[string]any

// act makes the change, if the object that it is about is in the state and in the tenant.
func (d drift) act(ctx context.Context, s *session) error {
	t := outside{s.tenant}
	if d.kind == "create API" {
		return t.send(ctx, http.MethodPost, "resource-servers", object{"identifier": d.value, "name": "Other", "scopes": []object{{"value": "s3"}}}, nil)
	}
	current := s.state[d.address]
	if current == nil {
		return nil
	}
	collection, id := "resource-servers", text(current.State, "id")
	switch kindOf(d.address) {
	case "timesheets_api_scope":
		id = text(current.State, "api_id")
	case "timesheets_client":
		collection = "clients"
	case "timesheets_client_grant":
		collection = "client-grants"
	}
	at, found := collection+"/"+url.PathEscape(id), object{}
	if err := t.send(ctx, http.MethodGet, at, nil, &found); err != nil || found["id"] == nil && found["client_id"] == nil {
		return err
	}
	switch d.kind {
	case "delete", "recreate":
		if err := t.send(ctx, http.MethodDelete, at, nil, nil); err != nil || d.kind == "delete" {
			return err
		}
		for name := range found {
			if strings.HasSuffix(name, "id") && name != "client_id" || strings.HasPrefix(name, "is_") || name == "signing_secret" {
				delete(found, name)
			}
		}
		return t.send(ctx, http.MethodPost, collection, found, nil)
	case "rename":
		return t.send(ctx, http.MethodPatch, at, object{"name": "Renamed"}, nil)
	case "set scopes":
		return t.send(ctx, http.MethodPatch, at, object{"scope": []string{d.value}, "allow_all_scopes": false}, nil)
	}
	scopes, _ := found["scopes"].([]any)
	scopes = slices.DeleteFunc(scopes, func(scope any) bool { return scope.(object)["value"] == d.value })
	if d.kind == "change scope" {
		scopes = append(scopes, object{"value": d.value, "description": "changed outside"})
	}
	return t.send(ctx, http.MethodPatch, at, object{"scopes": append([]any{}, scopes...)}, nil)
}

// outside is another writer of the tenant.
type outside struct{ *acctest.Tenant }

// send sends a request to the Management API. A missing object, and one that exists already, are no errors: the script does
// not know what the tenant has.
func (t outside) send(ctx context.Context, method, at string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		encoded = nil
	}
	request, err := http.NewRequestWithContext(ctx, method, t.Server.URL()+"/api/v2/"+at, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+t.Server.Token())
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err
	case response.StatusCode == http.StatusNotFound, response.StatusCode == http.StatusConflict:
		return nil
	case response.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("%s %s: %s", method, at, content)
	case into == nil:
		return nil
	}
	return json.Unmarshal(content, into)
}
