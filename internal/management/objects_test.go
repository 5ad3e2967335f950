package management_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestObjectsThatAreIncomplete gives responses that could be Auth0's, were they not about another object or incomplete, to
// every method that addresses one object.
func TestObjectsThatAreIncomplete(t *testing.T) {
	for method, bodies := range map[string][]string{
		"APIs.Get": apiBodies(), "APIs.Get by identifier": apiBodies(), "APIs.Update": apiBodies(), "Scopes.Change": apiBodies(), "Scopes.Get": apiBodies(),
		"Clients.Get": clientBodies(), "Clients.Update": clientBodies(), "Secrets.Client": clientBodies(), "Secrets.Rotate": clientBodies(),
		"Grants.Get": grantBodies(), "Grants.Update": grantBodies(),
		"Credentials.Expire": {`{"id":"cred_2","credential_type":"public_key"}`, `{"credential_type":"public_key"}`},
		"Credentials.Of":     {`[{"credential_type":"public_key"}]`, `[{"id":"cred_1","credential_type":"public_key"},null]`},
		"Keys.Rotate":        {`{"cert":"x"}`},
		"Keys.Published":     {`{"keys":[null,{}]}`},
		"Tokens.Request":     {`{"token_type":"Bearer"}`},
	} {
		at := slices.IndexFunc(portMethods(t), func(m portMethod) bool { return m.name == method })
		if at < 0 {
			t.Fatalf("there is no method %s", method)
		}
		for _, body := range bodies {
			synctest.Test(t, func(t *testing.T) {
				one := portMethods(t)[at]
				f := foreignResponse{method + " " + body, 200, jsonType, "", body, ""}
				checkForeign(t, f, one.call(t.Context(), answering(t, f, false)), one.changes)
			})
		}
	}
}

func apiBodies() []string {
	return []string{
		`{"id":"ffffffffffffffffffffffff","identifier":"https://other.example"}`,
		`{"id":"` + apiID + `"}`,
		`{"identifier":"` + apiName + `"}`,
		`{"id":"` + apiID + `","identifier":null}`,
		`[` + minimal + `]`,
		strings.Replace(minimal, `{`, `{"scopes":[null],`, 1),
		strings.Replace(minimal, `{`, `{"scopes":[{"description":"no value"}],`, 1),
		strings.Replace(minimal, `{`, `{"scopes":["read:a"],`, 1),
		strings.Replace(minimal, `{`, `{"authorization_details":[{"type":"a"},null],`, 1),
		clientJSON,
		grantJSON,
	}
}

func clientBodies() []string {
	return []string{
		strings.Replace(clientJSON, `"job"`, `"another"`, 1),
		`{"name":"Import Job"}`,
		`[` + clientJSON + `]`,
		strings.Replace(clientJSON, `["client_credentials"]`, `["client_credentials",null]`, 1),
		minimal,
	}
}

func grantBodies() []string {
	return []string{
		strings.Replace(grantJSON, `cgr_1`, `cgr_2`, 1),
		strings.Replace(grantJSON, `"client_id":"job",`, ``, 1),
		strings.Replace(grantJSON, `"audience":"`+apiName+`",`, ``, 1),
		strings.Replace(grantJSON, `["batch:upload"]`, `["batch:upload",null]`, 1),
		`{"client_grants":[` + grantJSON + `]}`,
		minimal,
	}
}

// TestUnusualObjectsAreRead reads responses that are recorded, however unusual they look.
func TestUnusualObjectsAreRead(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + apiPath:               says(200, `{"id":"`+apiID+`","identifier":"`+apiName+`","scopes":[]}`),
		"GET " + grantsPath + "/cgr_1": says(200, `{"id":"cgr_1","audience":"https://api.example/v1","scope":["a"],"subject_type":"client","default_for":"third_party_clients"}`),
		"GET " + clientsPath + "/job":  says(200, `{"client_id":"job"}`),
		"GET " + grantsPath:            says(200, `{"client_grants":[{"id":"cgr_2","audience":"x","scope":[],"default_for":"third_party_clients"},`+grantJSON+`]}`),
	})
	opened := server.tenant(t)
	if api, err := opened.APIs.Get(t.Context(), tenant.APIKey{ID: apiID}); err != nil || api.Name != "" {
		t.Errorf("an API without a name: %+v, %v", api, err)
	}
	if grant, err := opened.Grants.Get(t.Context(), tenant.GrantKey{ID: "cgr_1"}); err != nil || grant.ClientID != "" {
		t.Errorf("a grant for all third-party clients: %+v, %v", grant, err)
	}
	if _, err := opened.Clients.Get(t.Context(), tenant.ClientKey{ClientID: "job"}); err != nil {
		t.Errorf("a client without a name: %v", err)
	}
	ids, err := drained(opened.Grants.List(t.Context(), tenant.GrantFilter{}), func(grant tenant.Grant) string { return grant.ID })
	if err != nil || len(ids) != 2 {
		t.Errorf("grants %v, %v", ids, err)
	}
}

// TestOnlyAuth0SaysThatAnObjectIsMissing tries the codes of 404.
func TestOnlyAuth0SaysThatAnObjectIsMissing(t *testing.T) {
	const form = `{"statusCode":404,"error":"Not Found","message":"It does not exist","errorCode":%q}`
	own := map[string]string{"APIs": "inexistent_resource_server", "Clients": "inexistent_client", "Grants": "inexistent_client_grant", "Secrets": "inexistent_client"}
	codes := []string{"inexistent_resource_server", "inexistent_client", "inexistent_client_grant", "inexistent_organization", "inexistent_", "inexistent", "not_found", ""}
	for _, method := range portMethods(t) {
		port, _, _ := strings.Cut(method.name, ".")
		code, known := own[port]
		if !known || method.posts() || strings.HasSuffix(method.name, "List") || strings.HasSuffix(method.name, "Page") || strings.Contains(method.name, " by ") {
			continue
		}
		for _, given := range codes {
			synctest.Test(t, func(t *testing.T) {
				f := foreignResponse{status: 404, contentType: jsonType, body: fmt.Sprintf(form, given)}
				err := method.call(t.Context(), answering(t, f, false))
				absent := new(tenant.NotFound)
				switch {
				case given != code:
					f.name = method.name + " " + given
					checkForeign(t, f, err, method.changes)
				case strings.HasSuffix(method.name, "Delete"):
					if err != nil {
						t.Errorf("%s: %v", method.name, err)
					}
				case strings.HasPrefix(method.name, "Grants.Get"): // the list that follows is not one
				case !errors.As(err, &absent):
					t.Errorf("%s: %v", method.name, err)
				}
			})
		}
	}
}

// TestDeleteIsDecidedByOneGet deletes objects, with every kind of response to the DELETE and to the GET.
func TestDeleteIsDecidedByOneGet(t *testing.T) {
	deletes := map[string]struct{ path, object string }{
		"APIs.Delete":        {apiPath, minimal},
		"Clients.Delete":     {clientsPath + "/job", clientJSON},
		"Grants.Delete":      {grantsPath + "/cgr_1", grantJSON},
		"Credentials.Delete": {clientsPath + "/job/credentials/cred_1", `{"id":"cred_1","credential_type":"public_key"}`},
	}
	portal := reply{status: 200, body: "<html>Welcome</html>"}
	refusal := reply{status: 403, body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: delete:x","errorCode":"insufficient_scope"}`}
	unreadable := map[string]reply{
		"a page": portal, "an object": {status: 200, body: "{}"}, "accepted": {status: 202}, "a gateway's 404": {status: 404, body: `{"message":"no Route matched"}`}, "lost": lost,
		"redirect": {status: 302}, "a gateway's 403": {status: 403, body: `{"message":"Forbidden"}`}, "Auth0's own 500": {status: 500, body: `{"statusCode":500,"error":"Internal Server Error","message":"x"}`},
	}
	for _, method := range portMethods(t) {
		object, deletes := deletes[method.name]
		if !deletes {
			continue
		}
		absent := reply{status: 404, body: absentBody(object.path)}
		run := func(name string, del, get reply, gets int, check func(error) bool) {
			synctest.Test(t, func(t *testing.T) {
				server, opened := inMemory(t, map[string]func(call) reply{"DELETE " + object.path: inTurn(del), "GET " + object.path: inTurn(get)})
				err := method.call(t.Context(), opened)
				if !check(err) {
					t.Errorf("%s, %s: %v", method.name, name, err)
				}
				if asked := len(server.asked("GET " + object.path)); asked != gets {
					t.Errorf("%s, %s: %d reads, want %d", method.name, name, asked, gets)
				}
			})
		}
		success := func(err error) bool { return err == nil }
		run("204", reply{status: http.StatusNoContent}, reply{}, 0, success)
		run("404", absent, reply{}, 0, success)
		run("403", refusal, reply{}, 0, func(err error) bool { return errors.As(err, new(*tenant.Denied)) })
		for name, del := range unreadable {
			run(name+", missing", del, absent, 1, success)
			run(name+", still there", del, reply{status: 200, body: object.object}, 1, func(err error) bool {
				away := new(tenant.Unavailable)
				return errors.As(err, &away) && away.Undone && !away.Unsettled
			})
			run(name+", unknown", del, reply{status: 403, body: "<html>blocked</html>"}, 1, func(err error) bool {
				away := new(tenant.Unavailable)
				return errors.As(err, &away) && !away.Undone && away.Unsettled
			})
		}
	}
}

// TestListOfKeysMustBeComplete: a key that cannot be read must not pass for one that was removed.
func TestListOfKeysMustBeComplete(t *testing.T) {
	for _, list := range []string{`[{"credential_type":"public_key"}]`, `[{"id":"cred_1","credential_type":"public_key"},null]`, `[7]`} {
		server := newServer(t, map[string]func(call) reply{
			"GET " + clientsPath + "/job/credentials": says(200, list), "GET " + clientsPath + "/job": says(200, clientJSON),
		})
		got, err := server.tenant(t).Credentials.Of(t.Context(), tenant.Client{ClientID: "job"})
		if foreign := new(tenant.ForeignResponse); !errors.As(err, &foreign) {
			t.Errorf("%s: %+v, %v", list, got, err)
		}
	}
}
