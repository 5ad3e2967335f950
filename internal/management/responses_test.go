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
		{"APIs.Get", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.APIs.Get(ctx, api)) }},
		{"APIs.Get by identifier", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.APIs.Get(ctx, tenant.APIKey{Identifier: apiName}))
		}},
		{"APIs.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(drained(to.APIs.List(ctx, tenant.APIFilter{}), func(api tenant.API) string { return api.ID }))
		}},
		{"APIs.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.APIs.Page(ctx, tenant.APIFilter{}, ""))
		}},
		{"APIs.Create", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.APIs.Create(ctx, tenant.NewAPI{API: timesheets()}))
		}},
		{"APIs.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.APIs.Update(ctx, api, tenant.APIUpdate{Planned: tenant.API{Name: "n"}}))
		}},
		{"APIs.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.APIs.Delete(ctx, api) }},
		{"Scopes.Change", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(coalesce.New(to).Scopes.Change(ctx, api, tenant.ScopeChange{Scope: tenant.Scope{Value: "a"}, Remove: true}))
		}},
		{"Scopes.Get", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(coalesce.New(to).Scopes.Get(ctx, api))
		}},
		{"Clients.Get", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Clients.Get(ctx, client)) }},
		{"Clients.Get by name", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Clients.Get(ctx, tenant.ClientKey{Name: "Import Job"}))
		}},
		{"Clients.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(drained(to.Clients.List(ctx, tenant.ClientFilter{}), func(client tenant.Client) string { return client.ClientID }))
		}},
		{"Clients.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Clients.Page(ctx, tenant.ClientFilter{}, ""))
		}},
		{"Clients.Create", true, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Clients.Create(ctx, job())) }},
		{"Clients.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Clients.Update(ctx, client, tenant.ClientUpdate{Planned: tenant.Client{Name: "n"}}))
		}},
		{"Clients.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Clients.Delete(ctx, client) }},
		{"Grants.Get", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Grants.Get(ctx, grant)) }},
		{"Grants.Get by client and audience", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Grants.Get(ctx, tenant.GrantKey{ClientID: "job", Audience: apiName}))
		}},
		{"Grants.List", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(drained(to.Grants.List(ctx, tenant.GrantFilter{}), func(grant tenant.Grant) string { return grant.ID }))
		}},
		{"Grants.Page", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Grants.Page(ctx, tenant.GrantFilter{}, ""))
		}},
		{"Grants.Create", true, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Grants.Create(ctx, jobGrant())) }},
		{"Grants.Update", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Grants.Update(ctx, grant, tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{"a"}}}))
		}},
		{"Grants.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Grants.Delete(ctx, grant) }},
	}, credentialMethods(token))
}

func credentialMethods(token tenant.Token) []portMethod {
	return []portMethod{
		{"Tokens.Request", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Tokens.Request(ctx, tenant.TokenRequest{ClientID: "job", Secret: secret.New("job-secret"), Audience: apiName}))
		}},
		{"Keys.Published", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Keys.Published(ctx)) }},
		{"Keys.Verify", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Keys.Verify(ctx, token)) }},
		{"Keys.States", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Keys.States(ctx)) }},
		{"Keys.Revoke", true, func(ctx context.Context, to tenant.Tenant) error { return to.Keys.Revoke(ctx, "key-1") }},
		{"Keys.Rotate", true, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Keys.Rotate(ctx)) }},
		{"Discovery.Endpoints", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Discovery.Endpoints(ctx)) }},
		{"Secrets.Client", false, func(ctx context.Context, to tenant.Tenant) error { return errorOf(to.Secrets.Client(ctx, "job")) }},
		{"Secrets.Rotate", true, func(ctx context.Context, to tenant.Tenant) error { return to.Secrets.Rotate(ctx, "job") }},
		{"Credentials.Of", false, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Credentials.Of(ctx, tenant.Client{ClientID: "job"}))
		}},
		{"Credentials.Create", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Credentials.Create(ctx, "job", tenant.Credential{Name: "2026", PEM: "x"}))
		}},
		{"Credentials.Expire", true, func(ctx context.Context, to tenant.Tenant) error {
			return errorOf(to.Credentials.Expire(ctx, "job", "cred_1", time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)))
		}},
		{"Credentials.Delete", true, func(ctx context.Context, to tenant.Tenant) error { return to.Credentials.Delete(ctx, "job", "cred_1") }},
	}
}

func errorOf[T any](_ T, err error) error { return err }

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

// foreignResponse is what something between the provider and Auth0 responds, in the format of its kind.
type foreignResponse struct {
	name        string
	status      int
	contentType string
	server      string
	body        string
	valid       string // the method, or the HTTP method, for which this is a response of Auth0; empty: none
}

const (
	plainText = "text/plain"
	html      = "text/html; charset=utf-8"
	jsonType  = "application/json"
)

// foreignResponses lists responses that are not from Auth0.
func foreignResponses() []foreignResponse {
	return append(append(gatewayResponses(), frameworkResponses()...), strangeSuccesses()...)
}

func gatewayResponses() []foreignResponse {
	return []foreignResponse{
		{"Kong, no route", 404, jsonType, "kong/3.7.1", `{"message":"no Route matched with those values"}`, ""},
		{"Kong, no route with request id", 404, jsonType, "kong/3.9.0", `{"message":"no Route matched with those values","request_id":"8f31"}`, ""},
		{"Kong, no key", 401, jsonType, "kong/3.7.1", `{"message":"No API key found in request"}`, ""},
		{"Kong, rate limit", 429, jsonType, "kong/3.7.1", `{"message":"API rate limit exceeded"}`, ""},
		{"Kong, upstream", 502, jsonType, "kong/3.7.1", `{"message":"An invalid response was received from the upstream server"}`, ""},
		{"AWS API Gateway, no route", 404, jsonType, "", `{"message":"Not Found"}`, ""},
		{"AWS API Gateway, no token", 403, jsonType, "", `{"message":"Missing Authentication Token"}`, ""},
		{"AWS API Gateway, forbidden", 403, jsonType, "", `{"message":"Forbidden"}`, ""},
		{"AWS API Gateway, throttled", 429, jsonType, "", `{"message":"Too Many Requests"}`, ""},
		{"AWS API Gateway, timeout", 504, jsonType, "", `{"message":"Endpoint request timed out"}`, ""},
		{"AWS ALB, unavailable", 503, html, "awselb/2.0", "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n</html>", ""},
		{"AWS ALB, fixed response", 404, plainText, "awselb/2.0", "Not found", ""},
		{"AWS CloudFront, blocked", 403, html, "CloudFront", "<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD></HTML>", ""},
		{"AWS S3, no key", 404, "application/xml", "AmazonS3", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`, ""},
		{"Azure API Management, no operation", 404, jsonType, "", `{ "statusCode": 404, "message": "Resource not found" }`, ""},
		{"Azure API Management, no key", 401, jsonType, "", `{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key." }`, ""},
		{"Azure API Management, quota", 403, jsonType, "", `{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 00:21:00." }`, ""},
		{"Azure API Management, rate", 429, jsonType, "", `{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 20 seconds." }`, ""},
		{"Azure API Management, failed", 500, jsonType, "", `{ "statusCode": 500, "message": "Internal server error", "activityId": "d5b6" }`, ""},
		{"Azure Application Gateway", 502, html, "Microsoft-Azure-Application-Gateway/v2", "<html><head><title>502 Bad Gateway</title></head></html>", ""},
		{"Azure Front Door, not found", 404, html, "", "<h2>Our services aren't available right now</h2>", ""},
		{"Cloudflare, challenge", 403, html, "cloudflare", "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>", ""},
		{"Cloudflare, unreachable", 522, html, "cloudflare", "<!DOCTYPE html><title>522: Connection timed out</title>", ""},
		{"Cloudflare, error as text", 403, plainText, "cloudflare", "error code: 1020", ""},
		{"Cloudflare Workers, not found", 404, html, "cloudflare", "", ""},
		{"nginx, not found", 404, "text/html", "nginx/1.25.3", "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>", ""},
		{"nginx, too large", 413, "text/html", "nginx", "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>", ""},
		{"nginx, bad gateway", 502, "text/html", "nginx", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>", ""},
		{"Envoy, no route", 404, "", "envoy", "", ""},
		{"Envoy, RBAC", 403, plainText, "envoy", "RBAC: access denied", ""},
		{"Envoy, upstream", 503, plainText, "istio-envoy", "upstream connect error or disconnect/reset before headers. reset reason: connection failure", ""},
		{"Envoy, rate limit", 429, plainText, "envoy", "local_rate_limited", ""},
		{"Apigee, no proxy", 404, jsonType, "", `{"fault":{"faultstring":"Unable to identify proxy for host: default and url: /api/v2","detail":{"errorcode":"messaging.adaptors.http.flow.ApplicationNotFound"}}}`, ""},
		{"Apigee, no key", 401, jsonType, "", `{"fault":{"faultstring":"Failed to resolve API Key variable request.queryparam.apikey","detail":{"errorcode":"steps.oauth.v2.FailedToResolveAPIKey"}}}`, ""},
		{"HAProxy, forbidden", 403, "text/html", "", "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>", ""},
		{"HAProxy, no server", 503, "text/html", "", "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>", ""},
		{"Traefik, not found", 404, "text/plain; charset=utf-8", "", "404 page not found\n", ""},
		{"Varnish, guru meditation", 503, html, "Varnish", "<!DOCTYPE html><html><head><title>503 Backend fetch failed</title></head></html>", ""},
		{"Squid, access denied", 403, html, "squid/5.7", "<!DOCTYPE html><html><head><title>ERROR: The requested URL could not be retrieved</title></head></html>", ""},
		{"Google Cloud load balancer", 404, html, "", "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>", ""},
	}
}

func frameworkResponses() []foreignResponse {
	return []foreignResponse{
		{"Auth0, a path it does not know", 404, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"Not Found"}`, ""},
		{"Spring Boot", 404, jsonType, "", `{"timestamp":"2026-11-29T22:00:00.000+00:00","status":404,"error":"Not Found","path":"/api/v2/clients"}`, ""},
		{"Spring Boot, forbidden", 403, jsonType, "", `{"timestamp":1796000000000,"status":403,"error":"Forbidden","message":"Access Denied","path":"/oauth/token"}`, ""},
		{"problem details", 404, "application/problem+json", "Kestrel", `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404}`, ""},
		{"NestJS", 404, jsonType, "", `{"message":"Cannot GET /api/v2/clients/job","error":"Not Found","statusCode":404}`, ""},
		{"Fastify", 404, jsonType, "", `{"message":"Route GET:/api/v2/clients/job not found","error":"Not Found","statusCode":404}`, ""},
		{"Express", 404, html, "", "<!DOCTYPE html><html><body><pre>Cannot GET /api/v2/clients/job</pre></body></html>", ""},
		{"Django REST framework", 404, jsonType, "gunicorn", `{"detail":"Not found."}`, ""},
		{"FastAPI", 404, jsonType, "uvicorn", `{"detail":"Not Found"}`, ""},
		{"Rails", 404, jsonType, "", `{"status":404,"error":"Not Found"}`, ""},
		{"IIS", 404, "text/html", "Microsoft-IIS/10.0", "<!DOCTYPE html><html><head><title>IIS 10.0 Detailed Error - 404.0 - Not Found</title></head></html>", ""},
		{"status in the body only", 404, jsonType, "", `{"statusCode":403,"error":"Forbidden","message":"no","errorCode":"inexistent_client"}`, ""},
		{"another code", 404, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"no","errorCode":"invalid_uri"}`, "POST"},
		{"captive portal, redirect", 302, html, "", "<html>Sign in to the network</html>", ""},
		{"captive portal, network authentication", 511, html, "", "<html>Network Authentication Required</html>", ""},
		{"too early", 425, plainText, "", "Too Early", ""},
		{"not acceptable", 406, "", "mod_security", "", ""},
	}
}

func strangeSuccesses() []foreignResponse {
	return []foreignResponse{
		{"captive portal, page", 200, html, "", "<html><title>Welcome to the hotel</title></html>", ""},
		{"single-page application", 200, html, "nginx", "<!doctype html><html><body><div id=\"root\"></div></body></html>", ""},
		{"empty body", 200, jsonType, "", "", ""},
		{"white space", 200, jsonType, "", " \r\n", ""},
		{"health check", 200, jsonType, "", `{"status":"ok"}`, ""},
		{"an error with status 200", 200, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"The client does not exist","errorCode":"inexistent_client"}`, ""},
		{"null", 200, jsonType, "", `null`, ""},
		{"empty object", 200, jsonType, "", `{}`, ""},
		{"empty array", 200, jsonType, "", `[]`, "Credentials.Of"},
		{"array of null", 200, jsonType, "", `[null]`, ""},
		{"text", 200, jsonType, "", `"ok"`, ""},
		{"number", 200, jsonType, "", `17`, ""},
		{"cut off", 200, jsonType, "", `{"client_id":"job","client_secret":"canary-of-the-body`, ""},
		{"two documents", 200, jsonType, "", `{"id":"1"}{"id":"1"}`, ""},
		{"members of other types", 200, jsonType, "", `{"id":1,"client_id":["job"],"identifier":{},"kid":null,"access_token":7,"keys":{}}`, ""},
		{"members that are empty", 200, jsonType, "", `{"id":"","client_id":"","identifier":"","kid":"","access_token":"","keys":[]}`, ""},
		{"lists that are null", 200, jsonType, "", `{"clients":null,"resource_servers":null,"client_grants":null,"keys":null}`, ""},
		{"accepted for later", http.StatusAccepted, jsonType, "", `{"id":"1"}`, ""},
		{"partial content", http.StatusPartialContent, jsonType, "", `{"id":"1"}`, ""},
	}
}
