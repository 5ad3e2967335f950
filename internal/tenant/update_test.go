package tenant_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAPIUpdateFields(t *testing.T) {
	read, upload := tenant.Scope{Value: "read"}, tenant.Scope{Value: "upload", Description: "Upload"}
	prior := tenant.API{ID: "1", Name: "API", TokenLifetime: 86400, TokenLifetimeForWeb: 7200, Scopes: []tenant.Scope{upload, read}}
	for name, c := range map[string]struct {
		plan func(*tenant.APIUpdate)
		want []string
	}{
		"nothing":             {func(*tenant.APIUpdate) {}, nil},
		"computed fields":     {func(u *tenant.APIUpdate) { u.Planned.ID, u.Planned.IsSystem = "", true }, nil},
		"two fields":          {func(u *tenant.APIUpdate) { u.Planned.Name, u.Planned.TokenLifetimeForWeb = "n", 60 }, []string{"name", "token_lifetime_for_web"}},
		"scopes in new order": {func(u *tenant.APIUpdate) { u.Planned.Scopes = []tenant.Scope{read, upload} }, nil},
		"scopes left alone":   {func(u *tenant.APIUpdate) { u.Planned.Scopes = nil }, nil},
		"no scopes":           {func(u *tenant.APIUpdate) { u.Planned.Scopes = []tenant.Scope{} }, []string{"scopes"}},
		"another description": {func(u *tenant.APIUpdate) { u.Planned.Scopes = []tenant.Scope{read, {Value: "upload"}} }, []string{"scopes"}},
		"none to none":        {func(u *tenant.APIUpdate) { u.Prior.Scopes, u.Planned.Scopes = nil, []tenant.Scope{} }, nil},
		"half of a system API": {func(u *tenant.APIUpdate) {
			u.Prior.IsSystem, u.Planned.SubjectTypeAuthorization.Client = true, "deny_all"
		}, nil},
		"half of another": {func(u *tenant.APIUpdate) { u.Planned.SubjectTypeAuthorization.Client = "deny_all" }, []string{"subject_type_authorization"}},
	} {
		t.Run(name, func(t *testing.T) {
			update := tenant.APIUpdate{Prior: prior, Planned: prior}
			c.plan(&update)
			if diff := cmp.Diff(c.want, update.Fields()); diff != "" || update.Empty() != (c.want == nil) {
				t.Errorf("empty %v; %s", update.Empty(), diff)
			}
			if update.ChangesScopes() != slices.Contains(c.want, "scopes") {
				t.Errorf("changes scopes: %v", update.ChangesScopes())
			}
		})
	}
	if (tenant.APIUpdate{SigningSecret: secret.New("x")}).Empty() {
		t.Error("a secret alone changes nothing")
	}
}

func TestClientUpdateEmpty(t *testing.T) {
	keys := func(ids ...string) tenant.Client {
		client := tenant.Client{AuthKind: tenant.AuthKeys}
		for _, id := range ids {
			client.Credentials = append(client.Credentials, tenant.Credential{ID: id, InUse: true}, tenant.Credential{ID: "spare" + id})
		}
		return client
	}
	for name, c := range map[string]struct {
		update tenant.ClientUpdate
		empty  bool
	}{
		"nothing":         {tenant.ClientUpdate{Planned: tenant.Client{ClientID: "x", Metadata: map[string]string{}}}, true},
		"metadata":        {tenant.ClientUpdate{Planned: tenant.Client{Metadata: map[string]string{"a": "b"}}}, false},
		"a secret":        {tenant.ClientUpdate{Secret: secret.New("x")}, false},
		"the same keys":   {tenant.ClientUpdate{Prior: keys("a", "b"), Planned: keys("b", "a")}, true},
		"another key":     {tenant.ClientUpdate{Prior: keys("a"), Planned: keys("b")}, false},
		"to no keys":      {tenant.ClientUpdate{Planned: keys()}, false},
		"keys to be made": {tenant.ClientUpdate{Planned: tenant.Client{Credentials: []tenant.Credential{{Name: "new"}}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.update.Empty() != c.empty {
				t.Errorf("empty: %v", c.update.Empty())
			}
		})
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
