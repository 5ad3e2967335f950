package management_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const grantsPath = "/api/v2/client-grants"

func TestGrantCreateSendsScopesOrAll(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*tenant.Grant)
		answer string
		body   string
	}{
		"scopes": {
			func(*tenant.Grant) {}, grantJSON,
			`{"client_id":"job","audience":"https://api.example/v1","subject_type":"client","scope":["batch:upload"]}`,
		},
		"none": {
			func(g *tenant.Grant) { g.Scopes = nil }, `{"id":"cgr_1","client_id":"job","audience":"https://api.example/v1","scope":[]}`,
			`{"client_id":"job","audience":"https://api.example/v1","subject_type":"client","scope":[]}`,
		},
		"everything else": {
			func(g *tenant.Grant) {
				g.OrganizationUsage, g.AllowAnyOrganization, g.AuthorizationDetailsTypes = "require", true, []string{"payment"}
			},
			`{"id":"cgr_1","client_id":"job","audience":"https://api.example/v1","subject_type":"client","scope":["batch:upload"],
				"organization_usage":"require","allow_any_organization":true,"authorization_details_types":["payment"]}`,
			`{"client_id":"job","audience":"https://api.example/v1","subject_type":"client","scope":["batch:upload"],
				"organization_usage":"require","allow_any_organization":true,"authorization_details_types":["payment"]}`,
		},
		"all": {
			func(g *tenant.Grant) { g.Scopes, g.AllowAllScopes, g.SubjectType = nil, true, "user" },
			`{"id":"cgr_1","client_id":"job","audience":"https://api.example/v1","subject_type":"user","allow_all_scopes":true}`,
			`{"client_id":"job","audience":"https://api.example/v1","subject_type":"user","allow_all_scopes":true}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"POST " + grantsPath: says(201, c.answer)})
			wanted := jobGrant()
			c.change(&wanted)
			got, err := server.tenant(t).Grants.Create(t.Context(), wanted)
			if err != nil {
				t.Fatal(err)
			}
			if wanted.Scopes == nil && !wanted.AllowAllScopes {
				wanted.Scopes = []string{}
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Error(diff)
			}
			sameJSON(t, server.asked("")[0].Body, c.body)
		})
	}
}

func TestGrantGet(t *testing.T) {
	const byID, list = "GET " + grantsPath + "/cgr_1", "GET " + grantsPath
	found, none := says(200, `{"client_grants":[`+grantJSON+`]}`), says(200, `{"client_grants":[]}`)
	natural := tenant.GrantKey{ClientID: "job", Audience: "https://api.example/v1"}
	both := natural
	both.ID = "cgr_1"
	for name, c := range map[string]struct {
		routes map[string]func(call) reply
		key    tenant.GrantKey
		asked  []string
		absent bool
		away   bool
	}{
		"by id":          {routes: map[string]func(call) reply{byID: says(200, grantJSON)}, key: tenant.GrantKey{ID: "cgr_1"}, asked: []string{byID}},
		"by natural key": {routes: map[string]func(call) reply{list: found}, key: natural, asked: []string{list}},
		"created again":  {routes: map[string]func(call) reply{list: found}, key: both, asked: []string{byID, list}},
		"gone":           {routes: map[string]func(call) reply{list: none}, key: both, asked: []string{byID, list}, absent: true},
		"gone by id":     {key: tenant.GrantKey{ID: "cgr_1"}, asked: []string{byID}, absent: true},
		"the list holds others": {
			routes: map[string]func(call) reply{list: found}, key: tenant.GrantKey{ClientID: "else", Audience: "https://api.example/v1"},
			asked: []string{list}, absent: true,
		},
		"a response that is not a list proves nothing": {
			routes: map[string]func(call) reply{list: says(200, `{"message":"hello"}`)}, key: natural, asked: []string{list}, away: true,
		},
		"a response that is not a grant proves nothing": {
			routes: map[string]func(call) reply{byID: says(200, `{"message":"hello"}`)}, key: both, asked: []string{byID}, away: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, c.routes)
			got, err := server.tenant(t).Grants.Get(t.Context(), c.key)
			var absent *tenant.NotFound
			var away *tenant.Unavailable
			if errors.As(err, &absent) != c.absent || errors.As(err, &away) != c.away {
				t.Fatalf("error %v", err)
			}
			if !c.absent && !c.away {
				if diff := cmp.Diff(jobGrant(), got); diff != "" {
					t.Error(diff)
				}
			}
			wantRoutes(t, server, c.asked...)
		})
	}
}

// short is a grant of which only the id matters.
func short(id string) string { return fmt.Sprintf(`{"id":%q,"client_id":"job","audience":"x"}`, id) }

func TestGrantList(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{"GET " + grantsPath: func(asked call) reply {
		switch asked.Query.Get("from") {
		case "":
			return reply{status: 200, body: `{"client_grants":[` + short("a") + `,` + short("b") + `],"next":"2"}`}
		case "2":
			return reply{status: 200, body: `{"client_grants":[` + short("b") + `,` + short("c") + `],"next":"3"}`}
		}
		return reply{status: 500, body: `{"message":"broken"}`}
	}})
	var ids []string
	var failed error
	for grant, err := range server.tenant(t).Grants.List(t.Context(), tenant.GrantFilter{Audience: "x"}) {
		if err != nil {
			failed = err
			continue
		}
		ids = append(ids, grant.ID)
		if len(server.asked("")) == 2 && len(ids) == 3 {
			break // the third page is not fetched before it is wanted
		}
	}
	if !slices.Equal(ids, []string{"a", "b", "c"}) || failed != nil || len(server.asked("")) != 2 {
		t.Errorf("%v, %v after %d pages", ids, failed, len(server.asked("")))
	}
	if query := server.asked("")[0].Query; query.Get("take") != "100" || query.Get("audience") != "x" {
		t.Errorf("asked with %v", query)
	}
}

func TestGrantUpdateSendsTheChangeAlone(t *testing.T) {
	some := tenant.Grant{Scopes: []string{"a", "b"}}
	for name, c := range map[string]struct {
		prior, planned tenant.Grant
		body           string
	}{
		"scopes":               {some, tenant.Grant{Scopes: []string{"a"}}, `{"scope":["a"]}`},
		"other scopes as well": {some, tenant.Grant{Scopes: []string{"b", "c", "a"}}, `{"scope":["b","c","a"]}`},
		"no scopes":            {some, tenant.Grant{Scopes: []string{}}, `{"scope":[]}`},
		"starts to allow":      {some, tenant.Grant{AllowAllScopes: true}, `{"allow_all_scopes":true}`},
		"ceases to allow":      {tenant.Grant{AllowAllScopes: true}, some, `{"allow_all_scopes":false,"scope":["a","b"]}`},
		"stays as it is":       {some, tenant.Grant{Scopes: []string{"b", "a"}, OrganizationUsage: "deny"}, `{"organization_usage":"deny"}`},
		"details removed":      {tenant.Grant{AuthorizationDetailsTypes: []string{"payment"}}, tenant.Grant{}, `{"authorization_details_types":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"PATCH " + grantsPath + "/cgr_1": says(200, grantJSON)})
			_, err := server.tenant(t).Grants.Update(t.Context(), tenant.GrantKey{ID: "cgr_1"}, tenant.GrantUpdate{Prior: c.prior, Planned: c.planned})
			var differs *tenant.Differs
			if err != nil && !errors.As(err, &differs) {
				t.Fatal(err)
			}
			sameJSON(t, server.asked("")[0].Body, c.body)
		})
	}
}

func TestGrantDeleteByNaturalKey(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + grantsPath:               says(200, `{"client_grants":[`+grantJSON+`]}`),
		"DELETE " + grantsPath + "/cgr_1": says(204, ""),
	})
	if err := server.tenant(t).Grants.Delete(t.Context(), tenant.GrantKey{ClientID: "job", Audience: "https://api.example/v1"}); err != nil {
		t.Fatal(err)
	}
	wantRoutes(t, server, "GET "+grantsPath, "DELETE "+grantsPath+"/cgr_1")
}

// noClient is the response to a create of a grant (CG003).
const noClient = `{"statusCode":404,"error":"Not Found","message":"The client does not exist","errorCode":"inexistent_client"}`

const grantJSON = `{"id":"cgr_1","client_id":"job","audience":"https://api.example/v1","scope":["batch:upload"],"subject_type":"client"}`

func jobGrant() tenant.Grant {
	return tenant.Grant{
		ID: "cgr_1", ClientID: "job", Audience: "https://api.example/v1", SubjectType: "client", OrganizationUsage: "deny", Scopes: []string{"batch:upload"},
	}
}

func TestGrantIsCreatedOnceOrReported(t *testing.T) {
	const post, look = "POST " + grantsPath, "GET " + grantsPath
	list := func(items string) reply { return reply{status: 200, body: `{"client_grants":[` + items + `]}`} }
	wider := strings.Replace(grantJSON, `"batch:upload"`, `"batch:upload","read:timesheets"`, 1)
	for name, c := range map[string]struct {
		post  []reply
		look  reply
		asked []string
		check func(*testing.T, error)
	}{
		"at once":                 {post: []reply{{status: 201, body: grantJSON}}, asked: []string{post}},
		"lost, and it was made":   {post: []reply{lost}, look: list(grantJSON), asked: []string{post, look}},
		"lost, and not made":      {post: []reply{lost, {status: 201, body: grantJSON}}, look: list(""), asked: []string{post, look, post}},
		"lost, and a wider there": {post: []reply{lost}, look: list(wider), asked: []string{post, look}, check: conflict},
		"about another grant, and it was made": {
			post: []reply{{status: 201, body: strings.Replace(grantJSON, `"client_id":"`, `"client_id":"other`, 1)}}, look: list(grantJSON), asked: []string{post, look},
		},
		"there before": {
			post: []reply{{status: 409, body: `{"statusCode":409,"error":"Conflict","message":"A client grant already exists between job and it"}`}}, look: list(grantJSON),
			asked: []string{post}, check: conflict,
		},
		"no such client": {
			post: []reply{{status: 404, body: noClient}}, asked: []string{post},
			check: func(t *testing.T, err error) {
				var absent *tenant.NotFound
				if !errors.As(err, &absent) || absent.Noun != "client" || absent.Key != "job" {
					t.Errorf("error %v", err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{
				post: inTurn(c.post...),
				look: func(asked call) reply {
					if asked.Query.Get("client_id") != "job" || asked.Query.Get("audience") != "https://api.example/v1" || asked.Query.Get("subject_type") != "client" {
						t.Errorf("looked for %v", asked.Query)
					}
					return c.look
				},
			})
			wanted := jobGrant()
			wanted.ID, wanted.SubjectType = "", ""
			got, err := server.tenant(t).Grants.Create(t.Context(), wanted)
			wantRoutes(t, server, c.asked...)
			wantCreated(t, got, jobGrant(), err, c.check)
		})
	}
}

// TestGrantWaitsForWhatWasJustMade has a tenant whose parts do not know a new client at once.
func TestGrantWaitsForWhatWasJustMade(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"POST " + clientsPath: says(201, clientJSON),
		"POST " + grantsPath:  inTurn(reply{status: 404, body: noClient}, reply{status: 201, body: grantJSON}),
	})
	opened := server.tenant(t)
	if _, err := opened.Clients.Create(t.Context(), job()); err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Grants.Create(t.Context(), jobGrant()); err != nil {
		t.Fatal(err)
	}
	wantRoutes(t, server, "POST "+clientsPath, "POST "+grantsPath, "POST "+grantsPath)
}
