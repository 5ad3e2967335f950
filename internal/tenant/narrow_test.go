package tenant_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAPINarrowed(t *testing.T) {
	planned := tenant.API{
		Name: "API", SigningAlg: "RS256", TokenLifetime: 600, TokenLifetimeForWeb: 60, Scopes: []tenant.Scope{{Value: "a"}, {Value: "b"}},
		SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "require_client_grant", Client: "require_client_grant"},
		EnforcePolicies:          true, ConsentPolicy: "mfa", AuthorizationPolicy: "policy", AuthorizationDetailsTypes: []string{"payment"},
		ProofOfPossession: tenant.ProofOfPossession{Mechanism: "dpop", Required: true}, TokenEncryption: tenant.TokenEncryption{Format: "f", Algorithm: "a"},
	}
	var wider []string
	for name, c := range map[string]struct {
		got  func(*tenant.API)
		want []string
	}{
		"as planned":         {func(*tenant.API) {}, nil},
		"another name":       {func(a *tenant.API) { a.Name = "Other" }, nil},
		"fewer scopes":       {func(a *tenant.API) { a.Scopes = a.Scopes[:1] }, nil},
		"another scope":      {func(a *tenant.API) { a.Scopes = []tenant.Scope{{Value: "a"}, {Value: "c"}} }, []string{"scopes"}},
		"described scopes":   {func(a *tenant.API) { a.Scopes = []tenant.Scope{{Value: "a", Description: "A"}, {Value: "b"}} }, nil},
		"shorter":            {func(a *tenant.API) { a.TokenLifetime, a.TokenLifetimeForWeb = 60, 6 }, nil},
		"longer":             {func(a *tenant.API) { a.TokenLifetime = 601 }, []string{"token_lifetime"}},
		"longer and shorter": {func(a *tenant.API) { a.TokenLifetime, a.TokenLifetimeForWeb = 601, 6 }, []string{"token_lifetime", "token_lifetime_for_web"}},
		"longer for web":     {func(a *tenant.API) { a.TokenLifetimeForWeb = 61 }, []string{"token_lifetime_for_web"}},
		"weaker algorithm":   {func(a *tenant.API) { a.SigningAlg = "HS256" }, []string{"signing_alg"}},
		"stronger algorithm": {func(a *tenant.API) { a.SigningAlg = "PS256" }, nil},
		"refresh tokens":     {func(a *tenant.API) { a.AllowOfflineAccess = true }, []string{"allow_offline_access"}},
		"online refresh tokens": {
			func(a *tenant.API) { a.AllowOnlineAccess, a.AllowOnlineAccessEphemeral = true, true },
			[]string{"allow_online_access", "allow_online_access_with_ephemeral_sessions"},
		},
		"no consent":     {func(a *tenant.API) { a.SkipConsent = true }, []string{"skip_consent_for_verifiable_first_party_clients"}},
		"no roles":       {func(a *tenant.API) { a.EnforcePolicies = false }, []string{"enforce_policies"}},
		"all users":      {func(a *tenant.API) { a.SubjectTypeAuthorization.User = "allow_all" }, []string{"subject_type_authorization"}},
		"unknown policy": {func(a *tenant.API) { a.SubjectTypeAuthorization.Client = "new" }, []string{"subject_type_authorization"}},
		"no users":       {func(a *tenant.API) { a.SubjectTypeAuthorization.User = "deny_all" }, nil},
		"no policies": {
			func(a *tenant.API) { a.ConsentPolicy, a.AuthorizationPolicy = "", "other" }, []string{"consent_policy", "authorization_policy"},
		},
		"more types": {func(a *tenant.API) { a.AuthorizationDetailsTypes = []string{"payment", "x"} }, []string{"authorization_details"}},
		"unbound":    {func(a *tenant.API) { a.ProofOfPossession.Required = false }, []string{"proof_of_possession"}},
		"readable":   {func(a *tenant.API) { a.TokenEncryption = tenant.TokenEncryption{} }, []string{"token_encryption"}},
	} {
		wider = append(wider, c.want...)
		t.Run(name, func(t *testing.T) {
			got := planned
			c.got(&got)
			narrowed, wider := got.Narrowed(planned)
			if !slices.Equal(wider, c.want) {
				t.Errorf("wider in %q, want %q", wider, c.want)
			}
			if again, wider := narrowed.Narrowed(planned); len(wider) > 0 || !cmp.Equal(again, narrowed) {
				t.Errorf("still wider in %q", wider)
			}
			if len(c.want) == 0 && !cmp.Equal(got, narrowed) {
				t.Error("what is not wider is changed")
			}
		})
	}
	testEveryField[tenant.API](t, wider, map[string]string{"name": "shown only", "token_dialect": "the form of a token"})
}

// testEveryField expects each field that an update changes in exactly one of two lists: those that are tested with a value that gives
// more access, and those that cannot give more, with the reason.
func testEveryField[T any](t *testing.T, wider []string, harmless map[string]string) {
	t.Helper()
	for field := range reflect.TypeFor[T]().Fields() {
		name, read, _ := strings.Cut(field.Tag.Get("auth0"), ",")
		if name == "" || read != "" {
			continue
		}
		if _, exempt := harmless[name]; exempt == slices.Contains(wider, name) {
			t.Errorf("%s: if a value gives more access than another, add the field to Narrowed and a case here; otherwise add it here, with the reason", name)
		}
	}
}

func TestClientNarrowed(t *testing.T) {
	planned := tenant.Client{
		GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_post", OrganizationUsage: "require",
		TokenQuota: tenant.TokenQuota{PerHour: 10, Enforce: true}, RequireProof: true,
	}
	all := []string{"grant_types", "token_endpoint_auth_method", "token_quota", "organization_usage", "require_proof_of_possession"}
	var wider []string
	for name, c := range map[string]struct {
		got  tenant.Client
		want []string
	}{
		"wider":   {tenant.Client{GrantTypes: []string{"password"}, TokenEndpointAuthMethod: "none", OrganizationUsage: "allow"}, all},
		"planned": {planned, nil},
		"more": {
			tenant.Client{TokenEndpointAuthMethod: "client_secret_basic", OrganizationUsage: "require", RequireProof: true, TokenQuota: tenant.TokenQuota{PerHour: 11, Enforce: true}},
			[]string{"token_quota"},
		},
		"logged only": {tenant.Client{OrganizationUsage: "require", RequireProof: true, TokenQuota: tenant.TokenQuota{PerHour: 1}}, []string{"token_quota"}},
		"less":        {tenant.Client{OrganizationUsage: "require", RequireProof: true, TokenQuota: tenant.TokenQuota{PerHour: 1, PerDay: 5, Enforce: true}}, nil},
	} {
		wider = append(wider, c.want...)
		if _, wider := c.got.Narrowed(planned); !slices.Equal(wider, c.want) {
			t.Errorf("%s: wider in %q, want %q", name, wider, c.want)
		}
	}
	testEveryField[tenant.Client](t, wider, map[string]string{
		"name": "shown only", "description": "shown only", "client_metadata": "has no meaning for Auth0", "default_organization": "a token for one organization instead of none",
	})
}

func TestGrantNarrowed(t *testing.T) {
	planned := tenant.Grant{Scopes: []string{"a"}, OrganizationUsage: "deny"}
	var wider []string
	for name, c := range map[string]struct {
		got  tenant.Grant
		want []string
	}{
		"planned": {planned, nil},
		"fewer":   {tenant.Grant{OrganizationUsage: "deny"}, nil},
		"all":     {tenant.Grant{AllowAllScopes: true, OrganizationUsage: "deny"}, []string{"allow_all_scopes", "scope"}},
		"wider": {
			tenant.Grant{Scopes: []string{"a", "b"}, OrganizationUsage: "require", AllowAnyOrganization: true, AuthorizationDetailsTypes: []string{"x"}},
			[]string{"scope", "organization_usage", "allow_any_organization", "authorization_details_types"},
		},
	} {
		wider = append(wider, c.want...)
		if _, wider := c.got.Narrowed(planned); !slices.Equal(wider, c.want) {
			t.Errorf("%s: wider in %q, want %q", name, wider, c.want)
		}
	}
	testEveryField[tenant.Grant](t, wider, nil)
}

// What still differs after a correction is in the error.
func TestCorrect(t *testing.T) {
	created := &tenant.Differs{Fields: []string{"name", "scopes", "token_lifetime"}}
	wider := []string{"scopes", "token_lifetime"}
	denied := &tenant.Denied{}
	for name, c := range map[string]struct {
		err           error // of the create
		wider         []string
		update        error
		sent          bool
		fields, still []string
		cause         error
	}{
		"nothing differs":    {},
		"failed":             {err: denied, wider: wider, cause: nil},
		"nothing is wider":   {err: created, fields: created.Fields},
		"corrected":          {err: created, wider: wider, sent: true, fields: []string{"name"}},
		"corrected in whole": {err: &tenant.Differs{Fields: wider}, wider: wider, sent: true},
		"corrected in part":  {err: created, wider: wider, update: &tenant.Differs{Fields: []string{"scopes"}}, sent: true, fields: []string{"name", "scopes"}, still: []string{"scopes"}},
		"not corrected":      {err: created, wider: wider, update: denied, sent: true, fields: created.Fields, still: wider, cause: denied},
	} {
		t.Run(name, func(t *testing.T) {
			sent := false
			got, err := tenant.Correct("created", c.err, c.wider, c.wider, func() (string, error) {
				sent = true
				return "corrected", c.update
			})
			differs := new(tenant.Differs)
			if !errors.As(err, &differs) {
				differs = new(tenant.Differs)
				if len(c.fields) == 0 && err != nil && !errors.Is(err, c.err) {
					t.Errorf("error %v", err)
				}
			}
			if sent != c.sent || !slices.Equal(differs.Fields, c.fields) || !slices.Equal(differs.Wider, c.still) || !errors.Is(differs.Cause, c.cause) {
				t.Errorf("sent %v, error %+v", sent, differs)
			}
			if want := c.sent && c.cause == nil; (got == "corrected") != want {
				t.Errorf("the object is as %s", got)
			}
		})
	}
}
