package management_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// portMethod is a method of a port of the tenant.
type portMethod struct {
	name    string
	changes bool
	call    func(context.Context, tenant.Tenant) error
}

// posts reports whether the method sends a POST: a 404 to one removes nothing, and its codes are not recorded.
func (m portMethod) posts() bool {
	return strings.HasSuffix(m.name, "Create") || strings.HasSuffix(m.name, "Rotate")
}

const (
	apiID   = "0123456789abcdef01234567"
	apiName = "https://api.example/v1"
)

// portMethods lists every method of every port. Scopes.Change begins with a read, so nothing may have happened where that
// fails.
func portMethods(t *testing.T) []portMethod {
	token := tenant.Token{Value: secret.New(signedToken(t, jose.RS256, keys(), "key-1"))}
	api, client, grant := tenant.APIKey{ID: apiID, Identifier: apiName}, tenant.ClientKey{ClientID: "job"}, tenant.GrantKey{ID: "cgr_1", ClientID: "job", Audience: apiName}
	return slices.Concat([]portMethod{
		{"APIs.Get", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.APIs.Get(ctx, api)) }},
		{"APIs.Get by identifier", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.APIs.Get(ctx, tenant.APIKey{Identifier: apiName}))
		}},
		{"APIs.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(drained(to.APIs.List(ctx, tenant.APIFilter{}), func(api tenant.API) string { return api.ID }))
		}},
		{"APIs.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.APIs.Page(ctx, tenant.APIFilter{}, ""))
		}},
		{"APIs.Create", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.APIs.Create(ctx, tenant.NewAPI{API: timesheets()}))
		}},
		{"APIs.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.APIs.Update(ctx, api, tenant.APIUpdate{Planned: tenant.API{Name: "n"}}))
		}},
		{"APIs.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.APIs.Delete(ctx, api) }},
		{"Scopes.Change", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(coalesce.New(to).Scopes.Change(ctx, api, tenant.ScopeChange{Scope: tenant.Scope{Value: "a"}, Remove: true}))
		}},
		{"Scopes.Get", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(coalesce.New(to).Scopes.Get(ctx, api))
		}},
		{"Clients.Get", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Clients.Get(ctx, client)) }},
		{"Clients.Get by name", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Clients.Get(ctx, tenant.ClientKey{Name: "Import Job"}))
		}},
		{"Clients.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(drained(to.Clients.List(ctx, tenant.ClientFilter{}), func(client tenant.Client) string { return client.ClientID }))
		}},
		{"Clients.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Clients.Page(ctx, tenant.ClientFilter{}, ""))
		}},
		{"Clients.Create", true, func(ctx context.Context, to tenant.Tenant) error { return second(to.Clients.Create(ctx, job())) }},
		{"Clients.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Clients.Update(ctx, client, tenant.ClientUpdate{Planned: tenant.Client{Name: "n"}}))
		}},
		{"Clients.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Clients.Delete(ctx, client) }},
		{"Grants.Get", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Grants.Get(ctx, grant)) }},
		{"Grants.Get by client and audience", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Grants.Get(ctx, tenant.GrantKey{ClientID: "job", Audience: apiName}))
		}},
		{"Grants.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(drained(to.Grants.List(ctx, tenant.GrantFilter{}), func(grant tenant.Grant) string { return grant.ID }))
		}},
		{"Grants.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Grants.Page(ctx, tenant.GrantFilter{}, ""))
		}},
		{"Grants.Create", true, func(ctx context.Context, to tenant.Tenant) error { return second(to.Grants.Create(ctx, jobGrant())) }},
		{"Grants.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Grants.Update(ctx, grant, tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{"a"}}}))
		}},
		{"Grants.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Grants.Delete(ctx, grant) }},
	}, credentialMethods(token))
}

func credentialMethods(token tenant.Token) []portMethod {
	return []portMethod{
		{"Tokens.Request", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Tokens.Request(ctx, tenant.TokenRequest{ClientID: "job", Secret: secret.New("job-secret"), Audience: apiName}))
		}},
		{"Keys.Published", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Keys.Published(ctx)) }},
		{"Keys.Verify", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Keys.Verify(ctx, token)) }},
		{"Keys.States", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Keys.States(ctx)) }},
		{"Keys.Revoke", true, func(ctx context.Context, to tenant.Tenant) error { return to.Keys.Revoke(ctx, "key-1") }},
		{"Keys.Rotate", true, func(ctx context.Context, to tenant.Tenant) error { return second(to.Keys.Rotate(ctx)) }},
		{"Discovery.Endpoints", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Discovery.Endpoints(ctx)) }},
		{"Secrets.Client", false, func(ctx context.Context, to tenant.Tenant) error { return second(to.Secrets.Client(ctx, "job")) }},
		{"Secrets.Rotate", true, func(ctx context.Context, to tenant.Tenant) error { return to.Secrets.Rotate(ctx, "job") }},
		{"Credentials.Of", false, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Credentials.Of(ctx, tenant.Client{ClientID: "job"}))
		}},
		{"Credentials.Create", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Credentials.Create(ctx, "job", tenant.Credential{Name: "2026", PEM: "x"}))
		}},
		{"Credentials.Expire", true, func(ctx context.Context, to tenant.Tenant) error {
			return second(to.Credentials.Expire(ctx, "job", "cred_1", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)))
		}},
		{"Credentials.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Credentials.Delete(ctx, "job", "cred_1") }},
	}
}

func second[T any](_ T, err error) error { return err }

// answering opens a tenant that gives the same response to every request. The provider's own token is issued as usual,
// unless own is set.
func answering(t *testing.T, f foreignResponse, own bool) tenant.Tenant {
	t.Helper()
	opened, err := management.New(management.Config{
		BaseURL: &url.URL{Scheme: "https", Host: "tenant.example.com"}, ClientID: "own-client", ClientSecret: secret.New("own-secret"),
		Transport: memory{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if r.URL.Path == "/oauth/token" && strings.Contains(string(body), "own-client") && !own {
				_, _ = io.WriteString(w, `{"access_token":"the-token","expires_in":86400,"token_type":"Bearer"}`)
				return
			}
			w.Header()["Content-Type"] = []string{f.contentType}
			w.Header().Set("Server", f.server)
			if f.status == http.StatusFound {
				w.Header().Set("Location", "https://portal.example/login")
			}
			w.WriteHeader(f.status)
			_, _ = io.WriteString(w, f.body)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// TestForeignResponses gives every foreign response to every method: none says that something does not exist, none is a
// success, and a write may have happened.
func TestForeignResponses(t *testing.T) {
	all := foreignResponses()
	if len(all) < 60 {
		t.Errorf("only %d responses", len(all))
	}
	for _, method := range portMethods(t) {
		t.Run(method.name, func(t *testing.T) {
			for _, f := range all {
				if f.valid == method.name || f.valid == http.MethodPost && method.posts() {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					err := method.call(t.Context(), answering(t, f, false))
					checkForeign(t, f, err, method.changes && f.status != http.StatusTooManyRequests)
				})
			}
		})
	}
}

// TestForeignResponsesToTheTokenRequest gives them to the request for the provider's own token: nothing else is sent.
func TestForeignResponsesToTheTokenRequest(t *testing.T) {
	for _, f := range foreignResponses() {
		for _, method := range portMethods(t) {
			if !strings.HasPrefix(method.name, "APIs") && !strings.HasPrefix(method.name, "Credentials") || f.valid != "" {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				checkForeign(t, f, method.call(t.Context(), answering(t, f, true)), false)
			})
		}
	}
}

func checkForeign(t *testing.T, f foreignResponse, err error, unsettled bool) {
	t.Helper()
	var foreign *tenant.ForeignResponse
	var away *tenant.Unavailable
	if !errors.As(err, &foreign) || !errors.As(err, &away) {
		t.Errorf("%s: error %v", f.name, err)
		return
	}
	if absent := new(tenant.NotFound); errors.As(err, &absent) {
		t.Errorf("%s: it passes for a missing object: %v", f.name, err)
	}
	if foreign.Status != f.status || foreign.ContentType != f.contentType || foreign.Server != f.server {
		t.Errorf("%s: the error shows %+v", f.name, foreign)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(f.body), "\n")
	if shown := foreign.Excerpt; utf8.RuneCountInString(shown) > 201 || !strings.Contains(f.body, "canary") && !strings.Contains(f.body, "access_token") && len(first) < 200 && !strings.HasPrefix(shown, strings.TrimSpace(first)) {
		t.Errorf("%s: the error shows the body %q", f.name, shown)
	}
	if away.Unsettled != unsettled || away.Undone {
		t.Errorf("%s: unsettled %v, undone %v", f.name, away.Unsettled, away.Undone)
	}
	if strings.Contains(fmt.Sprintf("%v %+v", err, foreign), "canary") {
		t.Errorf("%s: the error shows a credential: %v", f.name, err)
	}
}
