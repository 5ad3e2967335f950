package management_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const clientsPath = "/api/v2/clients"

const clientJSON = `{"client_id":"job","name":"Import Job","app_type":"non_interactive","grant_types":["client_credentials"],
	"token_endpoint_auth_method":"client_secret_post","is_first_party":true,"global":false,"client_metadata":{"team":"a"},
	"client_secret":"canary-secret","signing_keys":[{"cert":"x","key":"canary-key"}]}`

func job() tenant.Client {
	return tenant.Client{
		ClientID: "job", Name: "Import Job", AppType: "non_interactive", GrantTypes: []string{"client_credentials"},
		TokenEndpointAuthMethod: "client_secret_post", Metadata: map[string]string{"team": "a"}, OrganizationUsage: "deny",
	}
}

func TestClientCreate(t *testing.T) {
	for name, c := range map[string]struct {
		wanted tenant.Client
		body   string
	}{
		"the least": {
			tenant.Client{Name: "Import Job"},
			`{"name":"Import Job","app_type":"non_interactive","grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_post"}`,
		},
		"optional members": {
			tenant.Client{
				Name: "Import Job", Description: "Nightly", AppType: "spa", GrantTypes: []string{},
				TokenEndpointAuthMethod: "none", Metadata: map[string]string{"team": "a"}, TokenQuota: tenant.TokenQuota{PerHour: 10},
				OrganizationUsage: "require", DefaultOrganization: "org_1", RequireProof: true,
			},
			`{"name":"Import Job","description":"Nightly","app_type":"spa","grant_types":[],"token_endpoint_auth_method":"none","client_metadata":{"team":"a"},
				"token_quota":{"client_credentials":{"per_hour":10,"enforce":false}},"organization_usage":"require",
				"default_organization":{"organization_id":"org_1","flows":["client_credentials"]},"require_proof_of_possession":true}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"POST " + clientsPath: says(201, clientJSON)})
			got, err := server.tenant(t).Clients.Create(t.Context(), c.wanted)
			var differs *tenant.Differs
			if err != nil && !errors.As(err, &differs) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(job(), got); diff != "" {
				t.Error(diff)
			}
			sameJSON(t, server.asked("")[0].Body, c.body)
		})
	}
}

func TestClientReadsNameTheirFields(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + clientsPath + "/job": says(200, clientJSON),
		"GET " + clientsPath:          says(200, `{"clients":[`+clientJSON+`]}`),
	})
	opened := server.tenant(t)
	if _, err := opened.Clients.Get(t.Context(), tenant.ClientKey{ClientID: "job"}); err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Clients.Get(t.Context(), tenant.ClientKey{Name: "Import Job"}); err != nil {
		t.Fatal(err)
	}
	for _, asked := range server.asked("") {
		fields := asked.Query.Get("fields")
		if !strings.Contains(fields, "client_id,name") || asked.Query.Get("include_fields") != "true" ||
			strings.Contains(fields, "secret") || strings.Contains(fields, "signing_keys") {
			t.Errorf("%s?%v", asked.Route, asked.Query)
		}
	}
}

func TestAbsentFieldsOfAClientHaveTheirMeaning(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{"GET " + clientsPath + "/job": says(200, `{"client_id":"job","name":"n"}`)})
	got, err := server.tenant(t).Clients.Get(t.Context(), tenant.ClientKey{ClientID: "job"})
	if err != nil {
		t.Fatal(err)
	}
	want := tenant.Client{ClientID: "job", Name: "n", OrganizationUsage: "deny"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestClientByName(t *testing.T) {
	page := func(from, to int, next string) string {
		items := []string{}
		for i := from; i < to; i++ {
			items = append(items, fmt.Sprintf(`{"client_id":"c%d","name":"Client %d"}`, i, i/2))
		}
		return `{"clients":[` + strings.Join(items, ",") + `]` + next + `}`
	}
	server := newServer(t, map[string]func(call) reply{"GET " + clientsPath: func(asked call) reply {
		if asked.Query.Get("from") == "" {
			return reply{status: 200, body: page(0, 100, `,"next":"opaque"`)}
		}
		return reply{status: 200, body: page(99, 151, "")} // one moved on to this page meanwhile
	}})
	clients := server.tenant(t).Clients

	got, err := clients.Get(t.Context(), tenant.ClientKey{Name: "Client 75"})
	if err != nil || got.ClientID != "c150" {
		t.Errorf("%v, %v", got, err)
	}
	_, err = clients.Get(t.Context(), tenant.ClientKey{Name: "Client 49"})
	var ambiguous *tenant.Ambiguous
	want := []tenant.Found{{ID: "c98", Name: "Client 49"}, {ID: "c99", Name: "Client 49"}}
	if !errors.As(err, &ambiguous) || ambiguous.Lost || cmp.Diff(want, ambiguous.Found) != "" {
		t.Errorf("error %v", err)
	}
	_, err = clients.Get(t.Context(), tenant.ClientKey{Name: "client 75"})
	var absent *tenant.NotFound
	if !errors.As(err, &absent) || absent.Key != "client 75" {
		t.Errorf("error %v", err)
	}
	if pages := len(server.asked("GET " + clientsPath)); pages != 6 {
		t.Errorf("%d pages for three searches, want 2 each", pages)
	}
}

func TestClientUpdateSendsTheChangeAlone(t *testing.T) {
	for name, c := range map[string]struct {
		update  tenant.ClientUpdate
		body    string
		differs bool
	}{
		"name":              {tenant.ClientUpdate{Planned: tenant.Client{Name: "Import Job"}}, `{"name":"Import Job"}`, false},
		"no description":    {tenant.ClientUpdate{Prior: tenant.Client{Description: "Uploads"}}, `{"description":""}`, false},
		"another name kept": {tenant.ClientUpdate{Planned: tenant.Client{Name: "Other"}}, `{"name":"Other"}`, true},
		"removed, stays":    {tenant.ClientUpdate{Prior: tenant.Client{TokenEndpointAuthMethod: "none"}}, `{"token_endpoint_auth_method":null}`, true},
		"no grant types":    {tenant.ClientUpdate{Prior: tenant.Client{GrantTypes: []string{"a"}}}, `{"grant_types":[]}`, true},
		"metadata": {
			tenant.ClientUpdate{
				Prior:   tenant.Client{Metadata: map[string]string{"old": "x", "keep": "y"}},
				Planned: tenant.Client{Metadata: map[string]string{"team": "a", "keep": "y"}},
			},
			`{"client_metadata":{"team":"a","old":null}}`, false,
		},
		"metadata that stays": {
			tenant.ClientUpdate{Prior: tenant.Client{Metadata: map[string]string{"team": "a"}}},
			`{"client_metadata":{"team":null}}`, true,
		},
		"secret": {tenant.ClientUpdate{Secret: secret.New("chosen")}, `{"client_secret":"chosen"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"PATCH " + clientsPath + "/job": says(200, clientJSON)})
			got, err := server.tenant(t).Clients.Update(t.Context(), tenant.ClientKey{ClientID: "job"}, c.update)
			var differs *tenant.Differs
			if errors.As(err, &differs) != c.differs || err != nil && !c.differs {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(job(), got); diff != "" {
				t.Error(diff)
			}
			wantRequest(t, server, "PATCH "+clientsPath+"/job", c.body)
		})
	}
}

func TestSecretOfAClient(t *testing.T) {
	const route = "GET " + clientsPath + "/job"
	t.Run("read", func(t *testing.T) {
		server := newServer(t, map[string]func(call) reply{route: says(200, `{"client_id":"job","client_secret":"canary","token_endpoint_auth_method":"client_secret_basic"}`)})
		got, err := server.tenant(t).Secrets.Client(t.Context(), "job")
		if err != nil || got.Value.Reveal() != "canary" || got.AuthMethod != "client_secret_basic" {
			t.Errorf("%v, %v", got, err)
		}
		if fields := server.asked(route)[0].Query.Get("fields"); fields != "client_id,client_secret,token_endpoint_auth_method" {
			t.Errorf("asked for %s", fields)
		}
	})
	t.Run("none", func(t *testing.T) {
		server := newServer(t, map[string]func(call) reply{route: says(200, `{"client_id":"job"}`)})
		got, err := server.tenant(t).Secrets.Client(t.Context(), "job")
		if err != nil || !got.Value.Empty() || got.AuthMethod != "client_secret_post" {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("denied", func(t *testing.T) {
		server := newServer(t, map[string]func(call) reply{route: says(403, `{"statusCode":403,"error":"Forbidden","message":"You cannot read the following fields: client_secret"}`)})
		_, err := server.tenant(t).Secrets.Client(t.Context(), "job")
		var denied *tenant.Denied
		if !errors.As(err, &denied) || denied.Scope != "read:client_keys" {
			t.Errorf("error %v", err)
		}
	})
}

func TestClientIsCreatedOnceOrReported(t *testing.T) {
	const post, look = "POST " + clientsPath, "GET " + clientsPath
	list := func(items string) reply { return reply{status: 200, body: `{"clients":[` + items + `]}`} }
	second := strings.Replace(clientJSON, `"job"`, `"job-2"`, 1)
	other := strings.NewReplacer(`"job"`, `"other"`, "Import Job", "Other").Replace(clientJSON)
	for name, c := range map[string]struct {
		post, look reply
		found      []string
	}{
		"it was made":      {post: lost, look: list(clientJSON), found: []string{"job"}},
		"two of that name": {post: lost, look: list(clientJSON + "," + second), found: []string{"job", "job-2"}},
		"another name":     {post: reply{status: 201, body: other}, look: list(clientJSON + "," + other), found: []string{"job"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{post: inTurn(c.post), look: func(call) reply { return c.look }})
			_, err := server.tenant(t).Clients.Create(t.Context(), job())
			ids := []string{}
			for _, found := range wantLost(t, err) {
				ids = append(ids, found.ID)
			}
			if diff := cmp.Diff(c.found, ids); diff != "" {
				t.Error(diff)
			}
			wantRoutes(t, server, post, look)
			if got := server.asked(look)[0].Query.Get("app_type"); got != "non_interactive" {
				t.Errorf("the lookup filters by app_type %q", got)
			}
		})
	}
}

// TestCanceledClientCreateIsReported does not wait for a lagging index, so the result of the create is unknown.
func TestCanceledClientCreateIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := newServer(t, map[string]func(call) reply{
		"POST " + clientsPath: func(call) reply { cancel(); return lost },
		"GET " + clientsPath:  says(200, `{"clients":[]}`),
	})
	_, err := server.tenant(t).Clients.Create(ctx, job())
	wantUnknown(t, err)
	wantRoutes(t, server, "POST "+clientsPath, "GET "+clientsPath)
}
