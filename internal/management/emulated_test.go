package management_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func emulated(t *testing.T) tenant.Tenant {
	t.Helper()
	return emulatedWith(t, emulator.Options{}, nil)
}

// emulatedWith is a tenant of those options, over a wire of the test's; nil: the usual one.
func emulatedWith(t *testing.T, options emulator.Options, wire http.RoundTripper) tenant.Tenant {
	t.Helper()
	server := acctest.Emulator(t, options)
	base, err := management.BaseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	own := server.Terraform()
	opened, err := management.New(management.Config{
		BaseURL: base, ClientID: own.ClientID, ClientSecret: secret.New(own.ClientSecret), UserAgent: "test/1", Transport: wire,
	})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// TestWholeSetup goes through the life of an API, a client and its grant on a tenant that keeps state.
func TestWholeSetup(t *testing.T) {
	opened, ctx := emulated(t), t.Context()
	wanted := timesheets()
	wanted.ID, wanted.Scopes = "", []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
	api, err := opened.APIs.Create(ctx, tenant.NewAPI{API: wanted})
	if err != nil {
		t.Fatal(err)
	}
	wanted.ID = api.ID
	if diff := cmp.Diff(wanted, api); diff != "" {
		t.Error(diff)
	}
	client, err := opened.Clients.Create(ctx, tenant.Client{Name: "Import Job", Metadata: map[string]string{"team": "a"}})
	if err != nil {
		t.Fatal(err)
	}
	grant, err := opened.Grants.Create(ctx, tenant.Grant{ClientID: client.ClientID, Audience: api.Identifier, Scopes: []string{"batch:upload"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]tenant.GrantKey{
		"id": {ID: grant.ID}, "natural key": {ClientID: client.ClientID, Audience: api.Identifier}, "both": grant.Key(),
	} {
		if got, err := opened.Grants.Get(ctx, key); err != nil || cmp.Diff(grant, got) != "" {
			t.Errorf("by %s: %v, %v", name, got, err)
		}
	}

	t.Run("token", func(t *testing.T) {
		credentials, err := opened.Secrets.Client(ctx, client.ClientID)
		if err != nil {
			t.Fatal(err)
		}
		token, err := opened.Tokens.Request(ctx, tenant.TokenRequest{
			ClientID: client.ClientID, Secret: credentials.Value, AuthMethod: credentials.AuthMethod, Audience: api.Identifier,
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"batch:upload"}, token.Scopes); diff != "" || token.Algorithm != "RS256" {
			t.Errorf("%s %s", token.Algorithm, diff)
		}
		if verified, err := opened.Keys.Verify(ctx, token); err != nil || !verified {
			t.Errorf("verified %v, %v", verified, err)
		}
		_, err = opened.Tokens.Request(ctx, tenant.TokenRequest{ClientID: client.ClientID, Secret: secret.New("wrong"), Audience: api.Identifier})
		var denied *tenant.Denied
		if !errors.As(err, &denied) {
			t.Errorf("error %v", err)
		}
	})

	t.Run("changes", func(t *testing.T) {
		planned := api
		planned.Name, planned.SigningAlg, planned.TokenLifetime, planned.TokenLifetimeForWeb = "New", "PS256", 3600, 600
		planned.Scopes = []tenant.Scope{{Value: "approve:timesheets"}}
		if got, err := opened.APIs.Update(ctx, api.Key(), tenant.APIUpdate{Prior: api, Planned: planned}); err != nil || cmp.Diff(planned, got) != "" {
			t.Errorf("%v, %v", err, cmp.Diff(planned, got))
		}
		renamed := client
		renamed.Name, renamed.Metadata, renamed.GrantTypes = "Other", map[string]string{"site": "b"}, []string{"client_credentials", "refresh_token"}
		if got, err := opened.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Prior: client, Planned: renamed}); err != nil || cmp.Diff(renamed, got) != "" {
			t.Errorf("%v, %v", err, cmp.Diff(renamed, got))
		}
		wider := grant
		wider.AllowAllScopes, wider.Scopes = true, nil
		got, err := opened.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Prior: grant, Planned: wider})
		if err != nil || cmp.Diff(wider, got) != "" {
			t.Errorf("%v, %v", err, cmp.Diff(wider, got))
		}
		if back, err := opened.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Prior: wider, Planned: grant}); err != nil || cmp.Diff(grant, back) != "" {
			t.Errorf("%v, %v", err, cmp.Diff(grant, back))
		}
	})

	t.Run("conflicts", func(t *testing.T) {
		_, err := opened.APIs.Create(ctx, tenant.NewAPI{API: wanted})
		conflict(t, err)
		_, err = opened.Grants.Create(ctx, grant)
		conflict(t, err)
	})

	t.Run("a refused value", func(t *testing.T) {
		_, err := opened.APIs.Update(ctx, api.Key(), tenant.APIUpdate{Planned: tenant.API{Name: "<b>"}})
		var invalid *tenant.Invalid
		if !errors.As(err, &invalid) || invalid.Field != "name" {
			t.Errorf("error %v", err)
		}
	})

	for range 2 { // the second time they are gone already
		if err := opened.Grants.Delete(ctx, grant.Key()); err != nil {
			t.Error(err)
		}
		if err := opened.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID}); err != nil {
			t.Error(err)
		}
		if err := opened.APIs.Delete(ctx, api.Key()); err != nil {
			t.Error(err)
		}
	}
	_, err = opened.APIs.Get(ctx, api.Key())
	var absent *tenant.NotFound
	if !errors.As(err, &absent) {
		t.Errorf("error %v", err)
	}
}

// TestListsRunOverPages has more objects than a page holds.
func TestListsRunOverPages(t *testing.T) {
	opened, ctx := emulated(t), t.Context()
	for range 101 {
		if _, err := opened.Clients.Create(ctx, tenant.Client{Name: "one of many"}); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	for client, err := range opened.Clients.List(ctx, tenant.ClientFilter{AppType: tenant.MachineToMachine}) {
		if err != nil {
			t.Fatal(err)
		}
		if client.Name == "one of many" {
			count++
		}
	}
	if count != 101 {
		t.Errorf("%d clients", count)
	}
	_, err := opened.Clients.Get(ctx, tenant.ClientKey{Name: "one of many"})
	var ambiguous *tenant.Ambiguous
	if !errors.As(err, &ambiguous) || len(ambiguous.Found) != 101 {
		t.Errorf("error %v", err)
	}
	identifiers := []string{}
	for api, err := range opened.APIs.List(ctx, tenant.APIFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		identifiers = append(identifiers, api.Identifier)
	}
	if len(identifiers) != 1 {
		t.Errorf("APIs %q, want the Management API alone", identifiers)
	}
	for _, identifier := range []string{"one", "two", "three"} {
		api := timesheets()
		api.ID, api.Identifier = "", identifier
		if _, err := opened.APIs.Create(ctx, tenant.NewAPI{API: api}); err != nil {
			t.Fatal(err)
		}
	}
	identifiers = nil
	for api, err := range opened.APIs.List(ctx, tenant.APIFilter{Identifiers: []string{"one", "three"}}) {
		if err != nil {
			t.Fatal(err)
		}
		identifiers = append(identifiers, api.Identifier)
	}
	if !slices.Equal(identifiers, []string{"one", "three"}) {
		t.Errorf("APIs %q, want one and three", identifiers)
	}
}
