package dashboard_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/dashboard"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// TestHostile sends requests that a page of another site, or a program without the page, could cause. None has an effect, and
// none returns content of the tenant.
func TestHostile(t *testing.T) {
	b := open(t, emulator.Options{})
	_, client := b.create("Timesheets API", "urn:timesheets")
	rename, secret := "/dashboard/applications/"+client+"/name", "/dashboard/applications/"+client+"/secret"
	form := url.Values{"token": {b.token}, "name": {"changed"}}
	with := func(changes map[string]string) map[string]string {
		header := b.formHeader()
		maps.Copy(header, changes)
		for name, value := range changes {
			if value == "" {
				delete(header, name)
			}
		}
		return header
	}
	port := b.server.URL()[strings.LastIndex(b.server.URL(), ":"):]
	for name, c := range map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
	}{
		"page with a foreign Host":         {"GET", "/", "", map[string]string{"Host": "rebound.example" + port}, 403},
		"page with a name like localhost":  {"GET", "/", "", map[string]string{"Host": "localhost.rebound.example" + port}, 403},
		"page with a foreign Origin":       {"GET", "/", "", map[string]string{"Origin": "https://site.example"}, 403},
		"page from another site":           {"GET", "/dashboard/applications", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"log from another site":            {"GET", "/dashboard/log/rows", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"assets with a foreign Host":       {"GET", "/dashboard/static/dashboard.js", "", map[string]string{"Host": "rebound.example"}, 403},
		"control with a foreign Host":      {"GET", "/_emulator/journal", "", map[string]string{"Host": "rebound.example"}, 403},
		"control from another site":        {"POST", "/_emulator/clock", `{"shift_seconds":9}`, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"action with a foreign Host":       {"POST", rename, form.Encode(), with(map[string]string{"Host": "rebound.example"}), 403},
		"action with a foreign Origin":     {"POST", rename, form.Encode(), with(map[string]string{"Origin": "https://site.example", "Sec-Fetch-Site": ""}), 403},
		"action with an opaque Origin":     {"POST", rename, form.Encode(), with(map[string]string{"Origin": "null", "Sec-Fetch-Site": ""}), 403},
		"action from another site":         {"POST", rename, form.Encode(), with(map[string]string{"Sec-Fetch-Site": "cross-site"}), 403},
		"action from another port":         {"POST", rename, form.Encode(), with(map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}), 403},
		"action from another port, old":    {"POST", rename, form.Encode(), with(map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": ""}), 403},
		"action without a token":           {"POST", rename, "name=changed", with(nil), 403},
		"action with a wrong token":        {"POST", rename, "name=changed&token=" + strings.ToLower(b.token), with(nil), 403},
		"action with the token in the URL": {"POST", rename + "?" + form.Encode(), "", with(nil), 403},
		"action with the token as JSON":    {"POST", rename, `{"token":"` + b.token + `","name":"changed"}`, with(map[string]string{"Content-Type": "application/json"}), 403},
		"action by GET":                    {"GET", rename + "?" + form.Encode(), "", map[string]string{}, 405},
		"action by PUT":                    {"PUT", rename, form.Encode(), with(nil), 405},
		"secret by GET":                    {"GET", secret + "?token=" + b.token, "", map[string]string{}, 405},
		"secret without a token":           {"POST", secret, "", with(nil), 403},
		"page by POST":                     {"POST", "/dashboard/applications/" + client, form.Encode(), with(nil), 405},
		"a body of 10 MB":                  {"POST", rename, form.Encode() + "&x=" + strings.Repeat("x", 10<<20), with(nil), 413},
		"a body that cannot be decoded":    {"POST", rename, "token=" + b.token + "&name=%zz", with(nil), 400},
		"a page that does not exist":       {"GET", "/dashboard/none", "", map[string]string{}, 404},
		"an asset outside the directory":   {"GET", "/dashboard/static/%2e%2e/templates/api.html", "", map[string]string{}, 404},
		"an API that does not exist":       {"GET", "/dashboard/apis/none", "", map[string]string{}, 404},
	} {
		t.Run(name, func(t *testing.T) {
			b := b
			b.t = t
			got := b.send(c.method, c.path, c.body, c.header)
			if got.status != c.status {
				t.Errorf("it answers %d, want %d: %s", got.status, c.status, got.body)
			}
			if strings.Contains(got.body, "Timesheets") || strings.Contains(got.body, b.token) {
				t.Errorf("it returns content of the tenant: %s", got.body)
			}
		})
	}
	if b.object("clients", "changed") != nil {
		t.Error("a request changed the client")
	}
	if page := b.get("/?client_secret=canary&page=x&done=%3Cscript%3E"); page.status != 200 || strings.Contains(page.body, "canary") || strings.Contains(page.body, "script%") {
		t.Errorf("a secret in the URL: %d\n%s", page.status, page.body)
	}
	if got := b.send("POST", rename, form.Encode(), b.formHeader()); got.status != 303 {
		t.Errorf("the form of the page itself: %d %s", got.status, got.body)
	}
}

// TestHeaders expects headers on every kind of response that forbid framing, inline code, and the use by other sites.
func TestHeaders(t *testing.T) {
	b := open(t, emulator.Options{})
	inline := regexp.MustCompile(`(?i)<style|<script(?: [^>]*)?>[^<]|\sstyle=|\son[a-z]+=|javascript:`)
	for path, status := range map[string]int{
		"/": 200, "/dashboard/applications": 200, "/dashboard/access": 200, "/dashboard/log": 200, "/dashboard/log/rows": 200,
		"/dashboard/static/dashboard.css": 200, "/dashboard/static/dashboard.js": 200, "/dashboard/none": 404,
	} {
		got := b.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"X-Frame-Options":         "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if value := got.header.Get(name); value != want || got.status != status {
				t.Errorf("GET %s: status %d, %s: %q, want %q", path, got.status, name, value, want)
			}
		}
		if found := inline.FindString(got.body); found != "" && !strings.HasSuffix(path, ".js") && !strings.HasSuffix(path, ".css") {
			t.Errorf("GET %s contains %s", path, found)
		}
	}
}

const markup = `"><img src=x onerror=alert(1)>'{{.}}`

// TestMarkup stores markup in every field, also in those that the Management API would reject, and expects it escaped.
func TestMarkup(t *testing.T) {
	objects, err := store.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = objects.Close() })
	text := func(names ...string) store.Object {
		object := store.Object{{Name: markup, Value: store.Object{{Name: markup, Value: markup}}}}
		for _, name := range names {
			object.Set(name, markup)
		}
		return object
	}
	api := text("id", "name", "identifier", "signing_alg")
	api.Set("scopes", []any{text("value", "description")})
	client := text("client_id", "name", "app_type", "token_endpoint_auth_method")
	client.Set("grant_types", []any{markup})
	grant := text("id", "client_id", "audience", "subject_type")
	grant.Set("scope", []any{markup, markup + "2"})
	err = objects.Write(func(tx *store.Tx) error {
		for _, err := range []error{
			tx.PutResourceServer(&store.ResourceServer{ID: markup, Identifier: markup, Order: 1, Body: api.Encode()}),
			tx.PutClient(&store.Client{ID: markup, AppType: markup, Order: 2, Body: client.Encode()}),
			tx.PutGrant(&store.Grant{ID: markup, ClientID: markup, Audience: markup, SubjectType: "client", Body: grant.Encode()}),
			tx.PutCredential(&store.Credential{ID: markup, ClientID: markup, Body: text("name", "credential_type", "alg", "kid", "expires_at").Encode()}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := dashboard.New(dashboard.Tenant{
		Objects: objects,
		Send: func(*http.Request, string, string, store.Object) (int, store.Object) {
			return 400, store.Object{{Name: "message", Value: markup}}
		},
		Requests: func(int, int) []dashboard.Request {
			return []dashboard.Request{{Method: markup, Path: markup, Caller: markup, Status: 200}}
		},
	})
	serve := func(request *http.Request) string {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder.Body.String()
	}
	check := func(what, page string) {
		t.Helper()
		if !strings.Contains(page, "onerror") {
			t.Errorf("%s does not show the value:\n%s", what, page)
		}
		if strings.Contains(page, "<img") || strings.Contains(page, `x">`) {
			t.Errorf("%s contains markup:\n%s", what, page)
		}
	}
	id := url.PathEscape(markup)
	token := ""
	for _, path := range []string{
		"/", "/dashboard/apis/" + id, "/dashboard/apis/" + id + "?client=" + url.QueryEscape(markup), "/dashboard/applications",
		"/dashboard/applications/" + id, "/dashboard/access", "/dashboard/log",
	} {
		page := serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		check("GET "+path, page)
		if found := field(page, "token"); found != "" {
			token = found
		}
	}
	form := url.Values{"token": {token}, "name": {markup}, "identifier": {markup}, "value": {markup}, "description": {markup}}
	for _, path := range []string{"/dashboard/apis", "/dashboard/apis/" + id + "/scopes", "/dashboard/applications/" + id + "/name"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		check("POST "+path, serve(request))
	}
}

// TestPages expects pages of limited size of a tenant with 100,000 clients, 10,000 grants, 10,000 APIs, and an API with a thousand
// scopes.
func TestPages(t *testing.T) {
	objects, err := store.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = objects.Close() })
	const many = 100_000
	var scopes []any
	for i := range 1000 {
		scopes = append(scopes, store.Object{{Name: "value", Value: fmt.Sprintf("scope:%04d", i)}})
	}
	err = objects.Write(func(tx *store.Tx) error {
		for i := range many {
			id := fmt.Sprintf("%06d", i)
			body := store.Object{{Name: "name", Value: "n" + id}, {Name: "grant_types", Value: []any{"client_credentials"}}}
			if err := tx.PutClient(&store.Client{ID: id, AppType: "non_interactive", Order: uint64(i) + 1, Body: body.Encode()}); err != nil {
				return err
			}
			var err error
			switch i % 10 {
			case 0:
				api := store.Object{{Name: "name", Value: "n" + id}}
				if i == 0 {
					api.Set("scopes", scopes)
				}
				err = tx.PutResourceServer(&store.ResourceServer{ID: id, Identifier: "urn:" + id, Order: uint64(i) + 1, Body: api.Encode()})
			case 9:
				grant := store.Object{{Name: "scope", Value: []any{"scope:0001"}}}
				err = tx.PutGrant(&store.Grant{ID: "cgr_" + id, ClientID: id, Audience: "urn:000000", SubjectType: "client", Body: grant.Encode()})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := dashboard.New(dashboard.Tenant{Objects: objects, Requests: func(int, int) []dashboard.Request { return nil }})
	for path, shown := range map[string]string{
		"/": "Page 1 of 200, 10000 in all", "/?page=200": ">n099990<", "/?page=99999": ">n099990<", "/?page=-1": ">n000000<",
		"/dashboard/applications?page=1000": ">n049999<", "/dashboard/apis/000000": "Page 1 of 20, 1000 in all",
		"/dashboard/apis/000000?scopes=20&page=7":        `href="?page=8&amp;scopes=20"`,
		"/dashboard/apis/000000?page=2000&client=099999": `value="scope:0001" checked`,
		"/dashboard/access?api=000000&page=3":            "Only the first 40 of 1000 permissions are shown.",
	} {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if page := recorder.Body.String(); recorder.Code != 200 || !strings.Contains(page, shown) || len(page) > 400_000 {
			t.Errorf("GET %s: status %d, %d bytes, without %s", path, recorder.Code, len(page), shown)
		}
	}
}
