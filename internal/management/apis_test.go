package management_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	apisPath = "/api/v2/resource-servers"
	apiPath  = apisPath + "/0123456789abcdef01234567"

	postAPI   = "POST " + apisPath
	getAPI    = "GET " + apisPath + "/https:%2F%2Fapi.example%2Fv1"
	taken     = `{"statusCode":409,"error":"Conflict","message":"A resource server with the same identifier already exists","errorCode":"resource_server_conflict"}`
	absentAPI = `{"statusCode":404,"error":"Not Found","message":"The resource server does not exist","errorCode":"inexistent_resource_server"}`

	// minimal is Auth0's answer to a create with name and identifier alone.
	minimal = `{"id":"0123456789abcdef01234567","name":"Timesheets","identifier":"https://api.example/v1",
		"allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false,
		"subject_type_authorization":{"client":{"policy":"require_client_grant"},"user":{"policy":"allow_all"}},
		"token_lifetime":86400,"token_lifetime_for_web":7200,"signing_alg":"RS256"}`
)

func timesheets() tenant.API {
	return tenant.API{
		ID: "0123456789abcdef01234567", Identifier: "https://api.example/v1", Name: "Timesheets", SigningAlg: "RS256",
		TokenLifetime: 86400, TokenLifetimeForWeb: 7200, TokenDialect: "access_token",
		SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
	}
}

func TestAPICreateSendsWhatIsWanted(t *testing.T) {
	wanted := timesheets()
	wanted.ID = ""
	for name, c := range map[string]struct {
		change func(*tenant.NewAPI)
		answer string
		want   string
	}{
		"defaults that absence stands for are left out": {
			change: func(*tenant.NewAPI) {}, answer: minimal,
			want: `{"identifier":"https://api.example/v1","name":"Timesheets","signing_alg":"RS256","token_lifetime":86400,
				"token_lifetime_for_web":7200,"allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false}`,
		},
		"everything": {
			change: func(api *tenant.NewAPI) {
				api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
				api.SigningAlg, api.SigningSecret = "HS256", secret.New("sixteen characters")
				api.TokenLifetime, api.TokenLifetimeForWeb = 600, 60
				api.AllowOfflineAccess, api.SkipConsent, api.EnforcePolicies = true, true, true
				api.TokenDialect = "access_token_authz"
				api.SubjectTypeAuthorization.User = "deny_all"
			},
			answer: `{"id":"0123456789abcdef01234567","name":"Timesheets","identifier":"https://api.example/v1",
				"allow_offline_access":true,"skip_consent_for_verifiable_first_party_clients":true,"enforce_policies":true,
				"subject_type_authorization":{"client":{"policy":"require_client_grant"},"user":{"policy":"deny_all"}},
				"token_lifetime":600,"token_lifetime_for_web":60,"signing_alg":"HS256","token_dialect":"access_token_authz",
				"scopes":[{"value":"batch:upload","description":"Upload"},{"value":"read:timesheets"}]}`,
			want: `{"identifier":"https://api.example/v1","name":"Timesheets","signing_alg":"HS256","signing_secret":"sixteen characters",
				"token_lifetime":600,"token_lifetime_for_web":60,"allow_offline_access":true,
				"skip_consent_for_verifiable_first_party_clients":true,"enforce_policies":true,"token_dialect":"access_token_authz",
				"subject_type_authorization":{"client":{"policy":"require_client_grant"},"user":{"policy":"deny_all"}},
				"scopes":[{"value":"batch:upload","description":"Upload"},{"value":"read:timesheets"}]}`,
		},
		"no scopes at all": {
			change: func(api *tenant.NewAPI) { api.Scopes = []tenant.Scope{} }, answer: minimal,
			want: `{"identifier":"https://api.example/v1","name":"Timesheets","signing_alg":"RS256","token_lifetime":86400,
				"token_lifetime_for_web":7200,"allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false,"scopes":[]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"POST " + apisPath: says(201, c.answer)})
			api := tenant.NewAPI{API: wanted}
			c.change(&api)
			got, err := server.tenant(t).APIs.Create(t.Context(), api)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != "0123456789abcdef01234567" {
				t.Errorf("the id is %q", got.ID)
			}
			wantRequest(t, server, "POST "+apisPath, c.want)
		})
	}
}

func TestAPICreateTellsWhatTheTenantChanged(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{"POST " + apisPath: says(201, minimal)})
	wanted := timesheets()
	wanted.Name, wanted.TokenLifetimeForWeb, wanted.Scopes = "Other", 60, []tenant.Scope{{Value: "read:timesheets"}}
	got, err := server.tenant(t).APIs.Create(t.Context(), tenant.NewAPI{API: wanted})
	var differs *tenant.Differs
	if !errors.As(err, &differs) {
		t.Fatalf("error %v", err)
	}
	if diff := cmp.Diff([]string{"name", "scopes", "token_lifetime_for_web"}, differs.Fields); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(timesheets(), got); diff != "" {
		t.Errorf("the object is what the tenant has: %s", diff)
	}
}

func TestAPIGet(t *testing.T) {
	const byIdentifier = "GET " + apisPath + "/https:%2F%2Fapi.example%2Fv1"
	const byID = "GET " + apiPath
	for name, c := range map[string]struct {
		routes map[string]func(call) reply
		key    tenant.APIKey
		asked  []string
		absent bool
	}{
		"by id": {
			routes: map[string]func(call) reply{byID: says(200, minimal)},
			key:    tenant.APIKey{ID: "0123456789abcdef01234567"}, asked: []string{byID},
		},
		"by identifier": {
			routes: map[string]func(call) reply{byIdentifier: says(200, minimal)},
			key:    tenant.APIKey{Identifier: "https://api.example/v1"}, asked: []string{byIdentifier},
		},
		"created again with another ID": {
			routes: map[string]func(call) reply{byIdentifier: says(200, minimal)},
			key:    tenant.APIKey{ID: "deadbeef", Identifier: "https://api.example/v1"},
			asked:  []string{"GET " + apisPath + "/deadbeef", byIdentifier},
		},
		"one text for both": {
			routes: map[string]func(call) reply{byIdentifier: says(200, minimal)},
			key:    tenant.APIKey{ID: "https://api.example/v1", Identifier: "https://api.example/v1"}, asked: []string{byIdentifier},
		},
		"not there": {
			key: tenant.APIKey{ID: "deadbeef"}, asked: []string{"GET " + apisPath + "/deadbeef"}, absent: true,
		},
		"no path to it": {key: tenant.APIKey{Identifier: ".."}, asked: []string{}, absent: true},
		"no key":        {asked: []string{}, absent: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, c.routes)
			got, err := server.tenant(t).APIs.Get(t.Context(), c.key)
			var absent *tenant.NotFound
			if errors.As(err, &absent) != c.absent || !c.absent && err != nil {
				t.Fatalf("error %v", err)
			}
			if c.absent {
				if absent.Noun != "API" || absent.Key != c.key.String() {
					t.Errorf("not found: %s %q", absent.Noun, absent.Key)
				}
			} else if diff := cmp.Diff(timesheets(), got); diff != "" {
				t.Error(diff)
			}
			wantRoutes(t, server, c.asked...)
		})
	}
}

func TestAPIUpdateSendsTheChangeAlone(t *testing.T) {
	two := []tenant.Scope{{Value: "a"}, {Value: "b", Description: "B"}}
	for name, c := range map[string]struct {
		update tenant.APIUpdate
		body   string
	}{
		"one":              {tenant.APIUpdate{Planned: tenant.API{Name: "New"}}, `{"name":"New"}`},
		"false is a value": {tenant.APIUpdate{Prior: tenant.API{AllowOfflineAccess: true}}, `{"allow_offline_access":false}`},
		"removed":          {tenant.APIUpdate{Prior: tenant.API{TokenDialect: "rfc9068_profile"}}, `{"token_dialect":null}`},
		"one lifetime": {
			tenant.APIUpdate{Prior: tenant.API{TokenLifetime: 900, TokenLifetimeForWeb: 60}, Planned: tenant.API{TokenLifetime: 600, TokenLifetimeForWeb: 60}},
			`{"token_lifetime":600}`,
		},
		"both lifetimes": {
			tenant.APIUpdate{Prior: tenant.API{TokenLifetime: 900, TokenLifetimeForWeb: 700}, Planned: tenant.API{TokenLifetime: 600, TokenLifetimeForWeb: 600}},
			`{"token_lifetime":600,"token_lifetime_for_web":600}`,
		},
		"all scopes gone":   {tenant.APIUpdate{Prior: tenant.API{Scopes: two}, Planned: tenant.API{Scopes: []tenant.Scope{}}}, `{"scopes":[]}`},
		"scopes left alone": {tenant.APIUpdate{Prior: tenant.API{Scopes: two}, Planned: tenant.API{Name: "n"}}, `{"name":"n"}`},
		"another order": {
			tenant.APIUpdate{Prior: tenant.API{Scopes: []tenant.Scope{two[1], two[0]}}, Planned: tenant.API{Name: "n", Scopes: two}}, `{"name":"n"}`,
		},
		"another description": {
			tenant.APIUpdate{Prior: tenant.API{Scopes: []tenant.Scope{two[0], {Value: "b"}}}, Planned: tenant.API{Scopes: two}},
			`{"scopes":[{"value":"a"},{"value":"b","description":"B"}]}`,
		},
		"half of a system API": {
			tenant.APIUpdate{
				Prior:   tenant.API{IsSystem: true, SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "allow_all", Client: "deny_all"}},
				Planned: tenant.API{IsSystem: true, SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "deny_all", Client: "require_client_grant"}},
			},
			`{"subject_type_authorization":{"user":{"policy":"deny_all"}}}`,
		},
		"the whole of another": {
			tenant.APIUpdate{
				Prior:   tenant.API{SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "allow_all", Client: "deny_all"}},
				Planned: tenant.API{SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "deny_all", Client: "deny_all"}},
			},
			`{"subject_type_authorization":{"user":{"policy":"deny_all"},"client":{"policy":"deny_all"}}}`,
		},
		"scopes": {
			tenant.APIUpdate{Planned: tenant.API{Scopes: two}},
			`{"scopes":[{"value":"a"},{"value":"b","description":"B"}]}`,
		},
		"algorithm": {
			tenant.APIUpdate{Planned: tenant.API{SigningAlg: "HS256"}, SigningSecret: secret.New("sixteen characters")},
			`{"signing_alg":"HS256","signing_secret":"sixteen characters"}`,
		},
		"subjects": {
			tenant.APIUpdate{Planned: tenant.API{SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "deny_all", Client: "deny_all"}}},
			`{"subject_type_authorization":{"user":{"policy":"deny_all"},"client":{"policy":"deny_all"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"PATCH " + apiPath: says(200, minimal)})
			key := tenant.APIKey{ID: "0123456789abcdef01234567", Identifier: "https://api.example/v1"}
			got, err := server.tenant(t).APIs.Update(t.Context(), key, c.update)
			var differs *tenant.Differs
			if err != nil && !errors.As(err, &differs) {
				t.Fatal(err)
			}
			if got.Name != "Timesheets" {
				t.Errorf("the object that comes back is %q", got.Name)
			}
			wantRequest(t, server, "PATCH "+apiPath, c.body)
		})
	}
}

func TestAPIDelete(t *testing.T) {
	for name, answer := range map[string]reply{
		"there": {status: http.StatusNoContent},
		"gone":  {status: http.StatusNotFound, body: absentAPI},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"DELETE " + apiPath: says(answer.status, answer.body)})
			if err := server.tenant(t).APIs.Delete(t.Context(), tenant.APIKey{ID: "0123456789abcdef01234567"}); err != nil {
				t.Error(err)
			}
			wantRoutes(t, server, "DELETE "+apiPath)
		})
	}
}

func TestAPISecretIsNeverKept(t *testing.T) {
	withSecret := `{"signing_secret":"canary-of-an-api",` + minimal[1:]
	server := newServer(t, map[string]func(call) reply{"GET " + apiPath: says(200, withSecret)})
	got, err := server.tenant(t).APIs.Get(t.Context(), tenant.APIKey{ID: "0123456789abcdef01234567"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(timesheets(), got); diff != "" {
		t.Error(diff)
	}
}

// TestAbsentFieldsOfAnAPIHaveTheirMeaning reads answers as older tenants give them.
func TestAbsentFieldsOfAnAPIHaveTheirMeaning(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		change func(*tenant.API)
	}{
		"nothing but keys":   {`{}`, func(api *tenant.API) { api.Name = "" }},
		"no scopes left":     {`{"scopes":[]}`, func(api *tenant.API) { api.Name, api.Scopes = "", []tenant.Scope{} }},
		"one subject":        {`{"subject_type_authorization":{"user":{"policy":"deny_all"}}}`, func(api *tenant.API) { api.Name, api.SubjectTypeAuthorization.User = "", "deny_all" }},
		"a short lifetime":   {`{"token_lifetime":600}`, func(api *tenant.API) { api.Name, api.TokenLifetime, api.TokenLifetimeForWeb = "", 600, 600 }},
		"a lifetime of none": {`{"token_lifetime":0,"token_lifetime_for_web":0}`, func(api *tenant.API) { api.Name, api.TokenLifetime, api.TokenLifetimeForWeb = "", 0, 0 }},
		"values that are new to us": {
			`{"signing_alg":"XY512","token_dialect":"new_dialect","is_system":true,"brand_new":{"a":[1]}}`,
			func(api *tenant.API) {
				api.Name, api.SigningAlg, api.TokenDialect, api.IsSystem = "", "XY512", "new_dialect", true
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := strings.Replace(c.answer, "{", `{"id":"0123456789abcdef01234567","identifier":"https://api.example/v1",`, 1)
			answer = strings.Replace(answer, ",}", "}", 1)
			server := newServer(t, map[string]func(call) reply{"GET " + apiPath: says(200, answer)})
			got, err := server.tenant(t).APIs.Get(t.Context(), tenant.APIKey{ID: "0123456789abcdef01234567"})
			if err != nil {
				t.Fatal(err)
			}
			want := timesheets()
			c.change(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What guards an API's tokens travels both ways, but for the key itself, which the tenant keeps to itself.
func TestAPIGuards(t *testing.T) {
	const sent = `{"name":"n","identifier":"urn:a","allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false,
		"token_lifetime":86400,"token_lifetime_for_web":7200,"allow_online_access":true,"allow_online_access_with_ephemeral_sessions":true,
		"consent_policy":"transactional-authorization-with-mfa","authorization_details":[{"type":"payment"}],"authorization_policy":{"policy_id":"apol_1"},
		"proof_of_possession":{"mechanism":"dpop","required":true,"required_for":"all_clients"},
		"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","kid":"id","pem":"public"}}}`
	const answer = `{"id":"1","name":"n","identifier":"urn:a","allow_online_access":true,"allow_online_access_with_ephemeral_sessions":true,
		"consent_policy":"transactional-authorization-with-mfa","authorization_details":[{"type":"payment"}],"authorization_policy":{"policy_id":"apol_1"},
		"proof_of_possession":{"mechanism":"dpop","required":true,"required_for":"all_clients"},
		"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","kid":"id"}}}`
	const nulls = `{"consent_policy":null,"authorization_details":null,"authorization_policy":null,"proof_of_possession":null,"token_encryption":null}`
	server := newServer(t, map[string]func(call) reply{
		"POST " + apisPath:          says(201, answer),
		"PATCH " + apisPath + "/1":  says(200, `{"id":"1","name":"n","identifier":"urn:a"}`),
		"DELETE " + apisPath + "/1": says(204, ""),
	})
	apis := server.tenant(t).APIs
	wanted := tenant.API{
		Name: "n", Identifier: "urn:a", TokenLifetime: 86400, TokenLifetimeForWeb: 7200, TokenDialect: "access_token",
		SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(), AllowOnlineAccess: true, AllowOnlineAccessEphemeral: true,
		ConsentPolicy: "transactional-authorization-with-mfa", AuthorizationDetailsTypes: []string{"payment"}, AuthorizationPolicy: "apol_1",
		ProofOfPossession: tenant.ProofOfPossession{Mechanism: "dpop", Required: true, RequiredFor: "all_clients"},
		TokenEncryption:   tenant.TokenEncryption{Format: "compact-nested-jwe", KeyName: "k", Algorithm: "RSA-OAEP-256", KeyID: "id", PEM: "public"},
	}
	got, err := apis.Create(t.Context(), tenant.NewAPI{API: wanted})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, server.asked("")[0].Body, sent)
	kept := wanted
	kept.ID, kept.SigningAlg, kept.TokenEncryption.PEM = "1", "RS256", ""
	if diff := cmp.Diff(kept, got); diff != "" {
		t.Error(diff)
	}
	plain := got
	plain.AuthorizationDetailsTypes, plain.ConsentPolicy, plain.AuthorizationPolicy = nil, "", ""
	plain.ProofOfPossession, plain.TokenEncryption = tenant.ProofOfPossession{}, tenant.TokenEncryption{}
	if _, err := apis.Update(t.Context(), got.Key(), tenant.APIUpdate{Prior: got, Planned: plain}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, server.asked("")[1].Body, nulls)
}

var (
	created = reply{status: 201, body: minimal}
	lost    = reply{cut: true}
	absent  = reply{status: 404, body: absentAPI}
	there   = reply{status: 200, body: minimal}
	exists  = reply{status: 409, body: taken}
	other   = reply{status: 200, body: strings.Replace(minimal, `"Timesheets"`, `"Another"`, 1)}
)

// TestAPIIsCreatedOnceOrReported covers every outcome of a create, and of the lookup after a lost response.
func TestAPIIsCreatedOnceOrReported(t *testing.T) {
	for name, c := range map[string]struct {
		post, look []reply
		hs256      bool
		asked      []string
		check      func(t *testing.T, err error)
	}{
		"lost, and it was made":      {post: []reply{lost}, look: []reply{there}, asked: []string{postAPI, getAPI}},
		"lost, and it was not made":  {post: []reply{lost, created}, look: []reply{absent}, asked: []string{postAPI, getAPI, postAPI}},
		"lost, and made late":        {post: []reply{lost, exists}, look: []reply{absent, there}, asked: []string{postAPI, getAPI, postAPI, getAPI}},
		"server error, and not made": {post: []reply{{status: 502, body: "<html>"}, created}, look: []reply{absent}, asked: []string{postAPI, getAPI, postAPI}},
		"unreadable, and it was made": {
			post: []reply{{status: 201, body: `{"id":`}}, look: []reply{there}, asked: []string{postAPI, getAPI},
		},
		"no object in the answer, and it was made": {
			post: []reply{{status: 201, body: `{}`}}, look: []reply{there}, asked: []string{postAPI, getAPI},
		},
		"about another API, and it was made": {
			post: []reply{{status: 201, body: strings.Replace(minimal, "https://api.example/v1", "urn:other", 1)}}, look: []reply{there}, asked: []string{postAPI, getAPI},
		},
		"lost twice": {
			post: []reply{lost}, look: []reply{absent}, asked: []string{postAPI, getAPI, postAPI, getAPI},
			check: wantUnknown,
		},
		"lost, and another has the identifier": {
			post: []reply{lost}, look: []reply{other}, asked: []string{postAPI, getAPI}, check: conflict,
		},
		"there before, though equal": {
			post: []reply{exists}, look: []reply{there}, asked: []string{postAPI}, check: conflict,
		},
		"lost, and another was made meanwhile": {
			post: []reply{lost, exists}, look: []reply{absent, other}, asked: []string{postAPI, getAPI, postAPI, getAPI}, check: conflict,
		},
		"lost, with a secret that cannot be compared": {
			post: []reply{lost}, look: []reply{there}, hs256: true, asked: []string{postAPI, getAPI},
			check: func(t *testing.T, err error) {
				if found := wantLost(t, err); len(found) != 1 || found[0].ID != "0123456789abcdef01234567" {
					t.Errorf("error %v", err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{postAPI: inTurn(c.post...), getAPI: inTurn(c.look...)})
			wanted := tenant.NewAPI{API: timesheets()}
			wanted.ID = ""
			if c.hs256 {
				wanted.SigningSecret = secret.New("sixteen characters")
			}
			got, err := server.tenant(t).APIs.Create(t.Context(), wanted)
			wantRoutes(t, server, c.asked...)
			wantCreated(t, got, timesheets(), err, c.check)
		})
	}
}

// TestCanceledCreateIsSettled cancels while the response is lost: the outcome is determined all the same, and
// nothing more is created.
func TestCanceledCreateIsSettled(t *testing.T) {
	for name, look := range map[string]reply{"made": there, "not made": absent} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			server := newServer(t, map[string]func(call) reply{
				postAPI: func(call) reply { cancel(); return lost },
				getAPI:  func(call) reply { return look },
			})
			_, err := server.tenant(t).APIs.Create(ctx, tenant.NewAPI{API: timesheets()})
			if name == "made" && err != nil || name == "not made" && !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			wantRoutes(t, server, postAPI, getAPI)
		})
	}
}

// TestAPIGetOfAnEscapedIdentifier requests the API "https://api.example%2Fv1". Auth0 responds with "https://api.example/v1" if only
// that exists (GE001). Only its 404 to a second request, with the identifier escaped twice, means that the API does not exist.
func TestAPIGetOfAnEscapedIdentifier(t *testing.T) {
	const (
		identifier = "https://api.example%2Fv1"
		once       = "GET " + apisPath + "/https:%2F%2Fapi.example%252Fv1"
		twice      = "GET " + apisPath + "/https:%252F%252Fapi.example%25252Fv1"
	)
	unescaped := says(200, minimal)
	requested := says(200, strings.Replace(minimal, "https://api.example/v1", identifier, 1))
	other := says(200, strings.Replace(minimal, "https://api.example/v1", "https://other.example", 1))
	for name, c := range map[string]struct {
		routes        map[string]func(call) reply
		asked         []string
		found, absent bool
	}{
		"it exists":                  {routes: map[string]func(call) reply{once: requested}, asked: []string{once}, found: true},
		"neither exists":             {asked: []string{once}, absent: true},
		"the unescaped one exists":   {routes: map[string]func(call) reply{once: unescaped}, asked: []string{once, twice}, absent: true},
		"Auth0 always unescapes":     {routes: map[string]func(call) reply{once: unescaped, twice: requested}, asked: []string{once, twice}, found: true},
		"the unescaped one twice":    {routes: map[string]func(call) reply{once: unescaped, twice: unescaped}, asked: []string{once, twice}},
		"then another one":           {routes: map[string]func(call) reply{once: unescaped, twice: other}, asked: []string{once, twice}},
		"a page of a gateway":        {routes: map[string]func(call) reply{once: unescaped, twice: says(404, "<html>")}, asked: []string{once, twice}},
		"a 404 about something else": {routes: map[string]func(call) reply{once: unescaped, twice: says(404, absentBody(clientsPath))}, asked: []string{once, twice}},
		"another one":                {routes: map[string]func(call) reply{once: other}, asked: []string{once}},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, c.routes)
			got, err := server.tenant(t).APIs.Get(t.Context(), tenant.APIKey{Identifier: identifier})
			absent, foreign := new(tenant.NotFound), new(tenant.ForeignResponse)
			switch {
			case c.found && (err != nil || got.Identifier != identifier):
				t.Errorf("found %q, %v", got.Identifier, err)
			case errors.As(err, &absent) != c.absent, errors.As(err, &foreign) == (c.found || c.absent):
				t.Errorf("error %v", err)
			case c.absent && absent.Key != identifier:
				t.Errorf("%q is missing", absent.Key)
			}
			wantRoutes(t, server, c.asked...)
		})
	}
}
