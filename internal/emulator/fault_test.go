package emulator_test

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func (n *tenant) inject(f emulator.Fault) {
	n.t.Helper()
	if err := n.Inject(f); err != nil {
		n.t.Fatal(err)
	}
}

func TestFault(t *testing.T) {
	const route = "/api/v2/resource-servers"
	n := start(t)
	n.inject(emulator.Fault{Method: "GET", Route: route, Nth: 2, Status: 503, Headers: map[string]string{"Retry-After": "1"}})
	n.call(200, "GET", "resource-servers", "")
	n.call(200, "GET", "clients", "")
	if got := n.call(503, "GET", "resource-servers", ""); got.header.Get("Retry-After") != "1" {
		t.Error("headers:", got.header)
	}
	n.call(200, "GET", "resource-servers", "")

	n.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Status: 502, After: true, Body: "<html>", ContentType: "text/html"})
	if got := n.call(502, "POST", "resource-servers", `{"identifier":"urn:a"}`); got.raw != "<html>" || got.header.Get("Content-Type") != "text/html" {
		t.Error("body:", got.raw, got.header)
	}
	n.call(409, "POST", "resource-servers", `{"identifier":"urn:a"}`)

	for cut, want := range map[string]int{emulator.CutBefore: 201, emulator.CutAfter: 409} {
		n.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Cut: cut})
		body := `{"identifier":"urn:` + cut + `"}`
		if got, err := n.send(n.request("POST", route, body)); err == nil {
			t.Error(cut, "received a response:", got.raw)
		}
		n.call(want, "POST", "resource-servers", body)
	}

	n.inject(emulator.Fault{Method: "GET", Route: route, Nth: 1, Truncate: 5})
	if _, err := n.send(n.request("GET", route, "")); err == nil {
		t.Error("a truncated body is read without an error")
	}
	n.inject(emulator.Fault{Method: "GET", Nth: 1, Delay: 50 * time.Millisecond})
	began := time.Now()
	if n.call(200, "GET", "clients", ""); time.Since(began) < 50*time.Millisecond {
		t.Error("no delay")
	}
	n.inject(emulator.Fault{Status: 500})
	n.call(500, "GET", "clients", "")
	n.call(500, "GET", "clients", "")
	n.ClearFaults()
	n.call(200, "GET", "clients", "")
	if err := n.Inject(emulator.Fault{Cut: "through"}); err == nil {
		t.Error("an unknown cut is accepted")
	}
}

// TestFault_altered changes what the tenant stores, or what it returns.
func TestFault_altered(t *testing.T) {
	const route = "/api/v2/resource-servers"
	n := start(t)
	n.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Request: map[string]any{"token_lifetime": 600, "name": nil}})
	stored := n.call(201, "POST", "resource-servers", `{"identifier":"urn:stored","name":"Sent","token_lifetime":60}`)
	if !strings.Contains(stored.raw, `"token_lifetime":600`) || strings.Contains(stored.raw, "Sent") {
		t.Error("what is stored is not altered:", stored.raw)
	}
	if got := n.call(200, "GET", "resource-servers/urn:stored", ""); got.raw != stored.raw {
		t.Error("the tenant stores", got.raw)
	}
	n.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Answer: map[string]any{"token_lifetime": 600, "name": nil}})
	reported := n.call(201, "POST", "resource-servers", `{"identifier":"urn:reported","name":"Sent","token_lifetime":60}`)
	if !strings.Contains(reported.raw, `"token_lifetime":600`) || strings.Contains(reported.raw, "Sent") {
		t.Error("the answer is not altered:", reported.raw)
	}
	if got := n.call(200, "GET", "resource-servers/urn:reported", ""); !strings.Contains(got.raw, `"token_lifetime":60,`) || !strings.Contains(got.raw, "Sent") {
		t.Error("the tenant stores", got.raw)
	}
	entry := n.Journal()[0]
	if !slices.Equal(entry.Fields, []string{"identifier", "name", "token_lifetime"}) {
		t.Error("the journal contains members that were not sent:", entry.Fields)
	}
}

// TestReplaceObjects checks that the option that replaces objects instead of merging them (GE010) still merges metadata
// (CL008).
func TestReplaceObjects(t *testing.T) {
	for replaces, want := range map[bool]string{
		false: `"client":{"policy":"deny_all"},"user":{"policy":"deny_all"}`,
		true:  `"user":{"policy":"deny_all"},"client":{"policy":"require_client_grant"}`,
	} {
		n := start(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces })
		n.call(201, "POST", "resource-servers", `{"identifier":"urn:a","subject_type_authorization":{"client":{"policy":"deny_all"}}}`)
		if got := n.call(200, "PATCH", "resource-servers/urn:a", `{"subject_type_authorization":{"user":{"policy":"deny_all"}}}`); !strings.Contains(got.raw, want) {
			t.Errorf("replaces %v: %s", replaces, got.raw)
		}
		job := n.newClient("job")
		n.call(200, "PATCH", "clients/"+job.ClientID, `{"client_metadata":{"a":"1"},"session_transfer":{"allow_refresh_token":true}}`)
		got := n.call(200, "PATCH", "clients/"+job.ClientID, `{"client_metadata":{"b":"2"},"session_transfer":{"enforce_device_binding":"none"}}`)
		if !strings.Contains(got.raw, `"client_metadata":{"a":"1","b":"2"}`) || strings.Contains(got.raw, `"allow_refresh_token":true`) == replaces {
			t.Errorf("replaces %v: %s", replaces, got.raw)
		}
	}
}

func TestFault_staleList(t *testing.T) {
	n := start(t)
	n.inject(emulator.Fault{Method: "GET", Route: "/api/v2/clients", Stale: true})
	job := n.newClient("job")
	if got := n.call(200, "GET", "clients", ""); strings.Contains(got.raw, job.ClientID) {
		t.Error("the list is not stale:", got.raw)
	}
	n.call(200, "GET", "clients/"+job.ClientID, "")
	n.ClearFaults()
	if got := n.call(200, "GET", "clients", ""); !strings.Contains(got.raw, job.ClientID) {
		t.Error("the list stays stale:", got.raw)
	}
}

func TestControl(t *testing.T) {
	n := start(t)
	ask := func(status int, method, path, body string) answer {
		t.Helper()
		got, err := n.send(n.request(method, "/_emulator/"+path, body))
		if err != nil || got.status != status {
			t.Fatal(method, path, err, got.status, got.raw)
		}
		return got
	}
	ask(204, "POST", "faults", `{"route":"/api/v2/clients","nth":1,"status":418}`)
	n.call(418, "GET", "clients", "")
	ask(204, "POST", "faults", `{"status":418}`)
	ask(204, "DELETE", "faults", "")
	n.call(200, "GET", "clients", "")
	ask(400, "POST", "faults", `{"unknown":1}`)
	ask(400, "POST", "faults", `{"cut":"x"}`)
	ask(404, "GET", "secrets", "")
	if got := ask(200, "GET", "journal", ""); len(got.items) != 2 || strings.Contains(got.raw, "_emulator") {
		t.Error("journal:", got.raw)
	}
	ask(204, "DELETE", "journal", "")
	if got := ask(200, "GET", "journal", ""); got.raw != "[]\n" {
		t.Error("journal:", got.raw)
	}
	ask(204, "POST", "clock", `{"shift_seconds":90000}`)
	n.call(401, "GET", "clients", "")
}

func TestControl_loopbackOnly(t *testing.T) {
	n := start(t)
	request := n.request("GET", "/_emulator/journal", "")
	request.RemoteAddr = "192.0.2.1:5"
	recorder := &refusedWriter{header: http.Header{}}
	n.ServeHTTP(recorder, request)
	if recorder.status != http.StatusForbidden {
		t.Error("a request from another machine is accepted", recorder.status)
	}
}

type refusedWriter struct {
	header http.Header
	status int
}

func (w *refusedWriter) Header() http.Header         { return w.header }
func (w *refusedWriter) WriteHeader(status int)      { w.status = status }
func (w *refusedWriter) Write(b []byte) (int, error) { return io.Discard.Write(b) }

func TestJournal(t *testing.T) {
	n := start(t)
	n.ResetJournal()
	request := n.request("PATCH", "/api/v2/resource-servers/urn:a%2Fb?include_fields=true", `{"name":"secret-canary","consent_policy":null}`)
	request.Header.Set("User-Agent", "tester/1")
	if _, err := n.send(request); err != nil {
		t.Fatal(err)
	}
	n.exchange(secretForm(emulator.Credentials{ClientID: "who", ClientSecret: "secret-canary"}, "urn:a"), nil)
	entries := n.Journal()
	if len(entries) != 2 {
		t.Fatal(entries)
	}
	got := entries[0]
	if got.Seq != 1 || got.Method != "PATCH" || got.Path != "/api/v2/resource-servers/urn:a%2Fb" || got.Route != "/api/v2/resource-servers/{id}" ||
		got.Status != 404 || got.Caller != "dashboard" || got.UserAgent != "tester/1" || got.Query.Get("include_fields") != "true" ||
		!slices.Equal(got.Fields, []string{"name", "consent_policy"}) || !slices.Equal(got.Nulls, []string{"consent_policy"}) {
		t.Errorf("%+v", got)
	}
	if entries[1].Caller != "who" || !slices.Equal(entries[1].Fields, []string{"audience", "client_id", "client_secret", "grant_type"}) {
		t.Errorf("%+v", entries[1])
	}
	shown, err := n.send(n.request("GET", "/_emulator/journal", ""))
	if err != nil || strings.Contains(shown.raw, "canary") || strings.Contains(shown.raw, n.token) {
		t.Error("a secret is in the journal:", err, shown.raw)
	}
}

func TestLimits(t *testing.T) { // GE017
	limits, err := emulator.ParseLimits("0.001:3")
	if err != nil {
		t.Fatal(err)
	}
	n := start(t, func(o *emulator.Options) { o.Limits = limits })
	for left := 2; left >= 0; left-- {
		got := n.call(200, "GET", "clients", "")
		reset, err := strconv.ParseInt(got.header.Get("X-Ratelimit-Reset"), 10, 64)
		if got.header.Get("X-Ratelimit-Limit") != "3" || got.header.Get("X-Ratelimit-Remaining") != strconv.Itoa(left) || err != nil || reset < time.Now().Unix() {
			t.Error(left, got.header)
		}
	}
	n.refused(429, "too_many_requests", "Global limit has been reached", "GET", "clients", "")
	n.Shift(time.Hour)
	if got := n.call(404, "GET", "clients/none", ""); got.header.Get("X-Ratelimit-Limit") != "" {
		t.Error("headers on an error:", got.header)
	}
	if _, err := n.send(n.request("GET", "/.well-known/jwks.json", "")); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"x", "0:1", "1:0", "-1:1", "NaN:1", "Inf:1", "1"} {
		if _, err := emulator.ParseLimits(text); err == nil {
			t.Errorf("limits %q are accepted", text)
		}
	}
}

func TestLimits_entities(t *testing.T) { // GE018
	limits, err := emulator.ParseLimits("free")
	if err != nil {
		t.Fatal(err)
	}
	limits.Rate = 0
	n := start(t, func(o *emulator.Options) { o.Limits = limits })
	for i := range 10 {
		n.newAPI("urn:" + strconv.Itoa(i))
	}
	n.refused(403, "too_many_entities", "You reached the limit of entities of this type for this tenant.", "POST", "resource-servers", `{"identifier":"urn:x"}`)
	for range 9 { // Terraform is the tenth
		n.newClient("job")
	}
	n.call(403, "POST", "clients", `{"name":"N"}`)
}
