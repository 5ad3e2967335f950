package tenant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// sameChange compares changes by what they say, and not by how they keep it.
var sameChange = cmp.AllowUnexported(
	tenant.Change[string]{}, tenant.Change[bool]{}, tenant.Change[[]string]{}, tenant.Change[tenant.Lifetimes]{},
	tenant.Change[tenant.ScopeList]{}, tenant.Change[tenant.SubjectTypeAuthorization]{},
)

func TestAPIChangeTo(t *testing.T) {
	read, upload := tenant.Scope{Value: "read"}, tenant.Scope{Value: "upload", Description: "Upload"}
	held := tenant.API{ID: "1", Name: "API", SigningAlg: "RS256", TokenLifetime: 86400, TokenLifetimeForWeb: 7200, Scopes: []tenant.Scope{upload, read}}
	for name, c := range map[string]struct {
		plan func(*tenant.API)
		want tenant.APIChange
	}{
		"nothing":             {func(*tenant.API) {}, tenant.APIChange{}},
		"computed fields":     {func(a *tenant.API) { a.ID, a.IsSystem = "", true }, tenant.APIChange{}},
		"name":                {func(a *tenant.API) { a.Name = "Other" }, tenant.APIChange{Name: tenant.Set("Other")}},
		"one lifetime":        {func(a *tenant.API) { a.TokenLifetimeForWeb = 60 }, tenant.APIChange{Lifetimes: tenant.Set(tenant.Lifetimes{Token: 86400, Web: 60})}},
		"a flag off":          {func(a *tenant.API) { a.AllowOfflineAccess = true }, tenant.APIChange{AllowOfflineAccess: tenant.Set(true)}},
		"scopes in new order": {func(a *tenant.API) { a.Scopes = []tenant.Scope{read, upload} }, tenant.APIChange{}},
		"scopes left alone":   {func(a *tenant.API) { a.Scopes = nil }, tenant.APIChange{}},
		"no scopes": {
			func(a *tenant.API) { a.Scopes = []tenant.Scope{} },
			tenant.APIChange{Scopes: tenant.Set(tenant.ScopeList{Wanted: []tenant.Scope{}, Known: []string{"read", "upload"}})},
		},
		"another description": {
			func(a *tenant.API) { a.Scopes = []tenant.Scope{read, {Value: "upload"}} },
			tenant.APIChange{Scopes: tenant.Set(tenant.ScopeList{Wanted: []tenant.Scope{read, {Value: "upload"}}, Known: []string{"read", "upload"}})},
		},
	} {
		t.Run(name, func(t *testing.T) {
			planned := held
			c.plan(&planned)
			got := held.ChangeTo(planned)
			if diff := cmp.Diff(c.want.Scopes, got.Scopes, sameChange); diff != "" {
				t.Errorf("scopes: %s", diff)
			}
			if got.Name != c.want.Name || got.Lifetimes != c.want.Lifetimes || got.AllowOfflineAccess != c.want.AllowOfflineAccess {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if got.Empty() != c.want.Empty() {
				t.Errorf("Empty() = %v, want %v", got.Empty(), c.want.Empty())
			}
		})
	}
}

func TestClientChangeTo(t *testing.T) {
	held := tenant.Client{Name: "job", GrantTypes: []string{"a", "b"}, Metadata: map[string]string{"keep": "1", "change": "1", "go": "1"}}
	planned := held
	planned.GrantTypes = []string{"b", "a"}
	if change := held.ChangeTo(planned); !change.Empty() {
		t.Errorf("another order of grant types is a change: %+v", change)
	}
	planned.GrantTypes = []string{"a"}
	planned.Metadata = map[string]string{"keep": "1", "change": "2", "come": "1"}
	got := held.ChangeTo(planned)
	if diff := cmp.Diff(tenant.Set([]string{"a"}), got.GrantTypes, sameChange); diff != "" {
		t.Errorf("grant types: %s", diff)
	}
	want := map[string]tenant.Change[string]{"change": tenant.Set("2"), "come": tenant.Set("1"), "go": tenant.Unset[string]()}
	if diff := cmp.Diff(want, got.Metadata, sameChange); diff != "" {
		t.Errorf("metadata: %s", diff)
	}
	if got.Name.Touched() || got.Description.Touched() || got.TokenEndpointAuthMethod.Touched() {
		t.Errorf("untouched fields change: %+v", got)
	}
}

func TestGrantUpdateFields(t *testing.T) {
	some := tenant.Grant{ID: "cgr_1", Scopes: []string{"a"}}
	for name, c := range map[string]struct {
		from, to tenant.Grant
		want     []string
	}{
		"nothing":       {some, tenant.Grant{ID: "cgr_2", Scopes: []string{"a"}, IsSystem: true}, nil},
		"empty or none": {tenant.Grant{Scopes: []string{}}, tenant.Grant{}, nil},
		"to all":        {some, tenant.Grant{AllowAllScopes: true}, []string{"scope", "allow_all_scopes"}},
		"all others": {
			some,
			tenant.Grant{Scopes: []string{"a"}, OrganizationUsage: "allow", AllowAnyOrganization: true, AuthorizationDetailsTypes: []string{"payment"}},
			[]string{"organization_usage", "allow_any_organization", "authorization_details_types"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tenant.GrantUpdate{Prior: c.from, Planned: c.to}.Fields()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestChange(t *testing.T) {
	if value, ok := tenant.Set("x").Value(); value != "x" || !ok {
		t.Errorf("Set: %q, %v", value, ok)
	}
	unset := tenant.Unset[string]()
	if _, ok := unset.Value(); ok || !unset.Touched() || !unset.Unsets() {
		t.Errorf("Unset: value %v, touched %v, unsets %v", ok, unset.Touched(), unset.Unsets())
	}
	var zero tenant.Change[string]
	if _, ok := zero.Value(); ok || zero.Touched() || zero.Unsets() {
		t.Error("the zero change changes something")
	}
}

func TestGrantKey(t *testing.T) {
	for want, key := range map[string]tenant.GrantKey{
		"cgr_1":    {ID: "cgr_1"},
		"c a":      {ID: "cgr_1", ClientID: "c", Audience: "a", SubjectType: "client"},
		"c b":      {ClientID: "c", Audience: "b"},
		"c a user": {ClientID: "c", Audience: "a", SubjectType: "user"},
	} {
		if got := key.String(); got != want {
			t.Errorf("%+v is %q, want %q", key, got, want)
		}
	}
}
