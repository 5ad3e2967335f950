package management_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	grantsPath  = "/api/v2/client-grants"
	clientsPath = "/api/v2/clients"

	postAPI   = "POST " + apisPath
	lookAPI   = "GET " + apisPath + "/https:%2F%2Fapi.example%2Fv1"
	taken     = `{"statusCode":409,"error":"Conflict","message":"A resource server with the same identifier already exists","errorCode":"resource_server_conflict"}`
	absentAPI = `{"statusCode":404,"error":"Not Found","message":"The resource server does not exist","errorCode":"inexistent_resource_server"}`
)

var (
	created = reply{status: 201, body: minimal}
	lost    = reply{cut: true}
	absent  = reply{status: 404, body: absentAPI}
	there   = reply{status: 200, body: minimal}
	exists  = reply{status: 409, body: taken}
	other   = reply{status: 200, body: strings.Replace(minimal, `"Timesheets"`, `"Another"`, 1)}
)

// TestAPIIsCreatedOnceOrReported goes through what may become of a create, and of the look that follows a lost answer.
func TestAPIIsCreatedOnceOrReported(t *testing.T) {
	for name, c := range map[string]struct {
		post, look []reply
		hs256      bool
		asked      []string
		check      func(t *testing.T, err error)
	}{
		"lost, and it was made":      {post: []reply{lost}, look: []reply{there}, asked: []string{postAPI, lookAPI}},
		"lost, and it was not made":  {post: []reply{lost, created}, look: []reply{absent}, asked: []string{postAPI, lookAPI, postAPI}},
		"lost, and made late":        {post: []reply{lost, exists}, look: []reply{absent, there}, asked: []string{postAPI, lookAPI, postAPI, lookAPI}},
		"server error, and not made": {post: []reply{{status: 502, body: "<html>"}, created}, look: []reply{absent}, asked: []string{postAPI, lookAPI, postAPI}},
		"unreadable, and it was made": {
			post: []reply{{status: 201, body: `{"id":`}}, look: []reply{there}, asked: []string{postAPI, lookAPI},
		},
		"no object in the answer, and it was made": {
			post: []reply{{status: 201, body: `{}`}}, look: []reply{there}, asked: []string{postAPI, lookAPI},
		},
		"about another API, and it was made": {
			post: []reply{{status: 201, body: strings.Replace(minimal, "https://api.example/v1", "urn:other", 1)}}, look: []reply{there}, asked: []string{postAPI, lookAPI},
		},
		"lost twice": {
			post: []reply{lost}, look: []reply{absent}, asked: []string{postAPI, lookAPI, postAPI, lookAPI},
			check: func(t *testing.T, err error) {
				var away *tenant.Unavailable
				if !errors.As(err, &away) || !away.Unsettled {
					t.Errorf("error %v", err)
				}
			},
		},
		"lost, and another has the identifier": {
			post: []reply{lost}, look: []reply{other}, asked: []string{postAPI, lookAPI}, check: conflict,
		},
		"there before, though equal": {
			post: []reply{exists}, look: []reply{there}, asked: []string{postAPI}, check: conflict,
		},
		"lost, and another was made meanwhile": {
			post: []reply{lost, exists}, look: []reply{absent, other}, asked: []string{postAPI, lookAPI, postAPI, lookAPI}, check: conflict,
		},
		"lost, with a secret that cannot be compared": {
			post: []reply{lost}, look: []reply{there}, hs256: true, asked: []string{postAPI, lookAPI},
			check: func(t *testing.T, err error) {
				var ambiguous *tenant.Ambiguous
				if !errors.As(err, &ambiguous) || !ambiguous.Lost || len(ambiguous.Found) != 1 || ambiguous.Found[0].ID != "0123456789abcdef01234567" {
					t.Errorf("error %v", err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{postAPI: inTurn(c.post...), lookAPI: inTurn(c.look...)})
			wanted := tenant.NewAPI{API: timesheets()}
			wanted.ID = ""
			if c.hs256 {
				wanted.SigningSecret = secret.New("sixteen characters")
			}
			got, err := server.tenant(t).APIs.Create(t.Context(), wanted)
			wantRoutes(t, server, c.asked...)
			if c.check != nil {
				c.check(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(timesheets(), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func conflict(t *testing.T, err error) {
	t.Helper()
	var conflict *tenant.Conflict
	if !errors.As(err, &conflict) || conflict.Noun == "" || conflict.Key == "" {
		t.Errorf("error %v (%#v), want a conflict", err, conflict)
	}
}

// TestCancelledCreateIsSettled cancels while the answer is lost: what became of it is found out all the same, and
// nothing more is created.
func TestCancelledCreateIsSettled(t *testing.T) {
	for name, look := range map[string]reply{"made": there, "not made": absent} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			server := newServer(t, map[string]func(call) reply{
				postAPI: func(call) reply { cancel(); return lost },
				lookAPI: func(call) reply { return look },
			})
			_, err := server.tenant(t).APIs.Create(ctx, tenant.NewAPI{API: timesheets()})
			if name == "made" && err != nil || name == "not made" && !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			wantRoutes(t, server, postAPI, lookAPI)
		})
	}
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
			if c.check != nil {
				c.check(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(jobGrant(), got); diff != "" {
				t.Error(diff)
			}
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
			var ambiguous *tenant.Ambiguous
			if !errors.As(err, &ambiguous) || !ambiguous.Lost {
				t.Fatalf("error %v", err)
			}
			ids := []string{}
			for _, found := range ambiguous.Found {
				ids = append(ids, found.ID)
			}
			if diff := cmp.Diff(c.found, ids); diff != "" {
				t.Error(diff)
			}
			wantRoutes(t, server, post, look)
			if got := server.asked(look)[0].Query.Get("app_type"); got != "non_interactive" {
				t.Errorf("looked among %q", got)
			}
		})
	}
}

// TestCancelledClientCreateIsReported does not wait for a lagging index, so the result of the create is unknown.
func TestCancelledClientCreateIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := newServer(t, map[string]func(call) reply{
		"POST " + clientsPath: func(call) reply { cancel(); return lost },
		"GET " + clientsPath:  says(200, `{"clients":[]}`),
	})
	_, err := server.tenant(t).Clients.Create(ctx, job())
	var away *tenant.Unavailable
	if !errors.As(err, &away) || !away.Unsettled {
		t.Errorf("error %v", err)
	}
	wantRoutes(t, server, "POST "+clientsPath, "GET "+clientsPath)
}
