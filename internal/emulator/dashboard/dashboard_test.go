package dashboard_test

import (
	"cmp"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// browser sends requests as a browser does that shows the dashboard.
type browser struct {
	t      *testing.T
	server *emulator.Server
	client *http.Client
	token  string
}

type response struct {
	status int
	header http.Header
	body   string
}

func open(t *testing.T, options emulator.Options) browser {
	t.Helper()
	options.SigningKey = emulator.SharedKeys()
	server, err := emulator.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		_ = server.Close()
	})
	b := browser{t: t, server: server, client: client}
	b.token = field(b.get("/").body, "token")
	return b
}

// send sends a request. Names of header are set as given; Host replaces the header of that name.
func (b browser) send(method, path, body string, header map[string]string) response {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL()+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	request.Host = cmp.Or(header["Host"], request.Host)
	got, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response{status: got.StatusCode, header: got.Header, body: string(text)}
}

func (b browser) get(path string) response {
	b.t.Helper()
	return b.send(http.MethodGet, path, "", map[string]string{"Sec-Fetch-Site": "none"})
}

// formHeader returns the headers of a form of the page itself.
func (b browser) formHeader() map[string]string {
	return map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": b.server.URL(), "Sec-Fetch-Site": "same-origin"}
}

// submit sends a form with the token of the page, and follows a redirect.
func (b browser) submit(path string, fields ...string) response {
	b.t.Helper()
	form := url.Values{"token": {b.token}}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	got := b.send(http.MethodPost, path, form.Encode(), b.formHeader())
	if got.status == http.StatusSeeOther {
		return b.get(got.header.Get("Location"))
	}
	return got
}

// objects lists a collection over the Management API.
func (b browser) objects(collection string) []map[string]any {
	b.t.Helper()
	got := b.send(http.MethodGet, "/api/v2/"+collection, "", map[string]string{"Authorization": "Bearer " + b.server.Token()})
	var list []map[string]any
	if err := json.Unmarshal([]byte(got.body), &list); err != nil {
		b.t.Fatalf("%s: %v", got.body, err)
	}
	return list
}

// object returns the object of a collection with a name, or nil.
func (b browser) object(collection, name string) map[string]any {
	b.t.Helper()
	for _, object := range b.objects(collection) {
		if object["name"] == name {
			return object
		}
	}
	return nil
}

// field returns the value of the first hidden field with a name.
func field(page, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// create creates an API in the dashboard, and returns the path of its page and its test application.
func (b browser) create(name, identifier string) (path, clientID string) {
	b.t.Helper()
	page := b.submit("/dashboard/apis", "name", name, "identifier", identifier, "signing_alg", "RS256")
	id, _ := b.object("resource-servers", name)["id"].(string)
	client, _ := b.object("clients", name+" (Test Application)")["client_id"].(string)
	if id == "" || client == "" || !strings.Contains(page.body, "The API was created") {
		b.t.Fatalf("the API is not created: %d %s", page.status, page.body)
	}
	return "/dashboard/apis/" + id, client
}

// TestTutorial performs the steps of the tutorial, and expects their effects in the tenant and in the journal.
func TestTutorial(t *testing.T) {
	b := open(t, emulator.Options{})
	b.server.ResetJournal()
	api, client := b.create("Timesheets API", "https://api.timesheets.example/v1")
	if list := b.get("/dashboard/applications").body; !strings.Contains(list, ">Terraform<") || strings.Contains(list, "All Applications") {
		t.Errorf("the page shows other clients than the dashboard:\n%s", list)
	}
	for _, value := range []string{"batch:upload", "read:timesheets", "wrong:scope"} {
		b.submit(api+"/scopes", "value", value, "description", "About "+value)
	}
	b.submit(api+"/scopes/remove", "value", "wrong:scope")
	scopes, _ := json.Marshal(b.object("resource-servers", "Timesheets API")["scopes"])
	if want := `[{"description":"About batch:upload","value":"batch:upload"},{"description":"About read:timesheets","value":"read:timesheets"}]`; string(scopes) != want {
		t.Errorf("the API has the scopes %s", scopes)
	}
	b.submit("/dashboard/applications/"+client+"/name", "name", "Timesheets Import Job")
	if b.object("clients", "Timesheets Import Job")["client_id"] != client {
		t.Error("the client is not renamed")
	}
	grants := func() []map[string]any { return b.objects("client-grants?client_id=" + client) }
	if got := grants(); len(got) != 1 || len(got[0]["scope"].([]any)) != 0 {
		t.Errorf("a new test application has the grants %v", got)
	}
	b.submit(api+"/authorization", "client_id", client, "authorized", "off")
	if got := grants(); len(got) != 0 {
		t.Errorf("without authorization the grants are %v", got)
	}
	page := b.submit(api+"/authorization", "client_id", client, "authorized", "on")
	if !strings.Contains(page.body, `value="batch:upload"> batch:upload`) {
		t.Errorf("the permissions cannot be selected:\n%s", page.body)
	}
	page = b.submit(api+"/grant", "client_id", client, "scope", "batch:upload")
	if got := grants(); len(got) != 1 || !slices.Equal(got[0]["scope"].([]any), []any{"batch:upload"}) {
		t.Errorf("the grants are %v", got)
	}
	if !strings.Contains(page.body, `value="batch:upload" checked> batch:upload`) || !strings.Contains(page.body, "were updated") {
		t.Errorf("the page does not show the update:\n%s", page.body)
	}
	if matrix := b.get("/dashboard/access").body; strings.Count(matrix, ">granted<") != 1 || strings.Count(matrix, ">not granted<") != 1 {
		t.Errorf("the matrix is wrong:\n%s", matrix)
	}
	b.submit("/dashboard/applications/" + client + "/delete")
	b.submit(api + "/delete")
	if b.object("clients", "Timesheets Import Job") != nil || b.object("resource-servers", "Timesheets API") != nil {
		t.Error("the objects are not deleted")
	}
	count := map[string]int{}
	for _, entry := range b.server.Journal() {
		if entry.Duration <= 0 {
			t.Errorf("%s %s has no duration", entry.Method, entry.Path)
		}
		if entry.Caller == emulator.DashboardCaller && entry.Method != http.MethodGet {
			count[entry.Method+" "+entry.Route]++
		}
	}
	want := map[string]int{
		"POST /api/v2/resource-servers": 1, "POST /api/v2/clients": 1, "POST /api/v2/client-grants": 2, "PATCH /api/v2/resource-servers/{id}": 4,
		"PATCH /api/v2/clients/{id}": 1, "PATCH /api/v2/client-grants/{id}": 1, "DELETE /api/v2/client-grants/{id}": 1,
		"DELETE /api/v2/clients/{id}": 1, "DELETE /api/v2/resource-servers/{id}": 1,
	}
	if !maps.Equal(count, want) {
		t.Errorf("the journal has %v\nwant %v", count, want)
	}
}

// TestRejections expects the validation of the Management API, with its message and what was entered.
func TestRejections(t *testing.T) {
	b := open(t, emulator.Options{})
	api, client := b.create("Timesheets API", "urn:timesheets")
	management := ""
	for _, object := range b.objects("resource-servers") {
		if object["is_system"] == true {
			management, _ = object["id"].(string)
		}
	}
	for name, c := range map[string]struct {
		path   string
		fields []string
		status int
		shown  string
	}{
		"an identifier twice":          {"/dashboard/apis", []string{"name", "Second", "identifier", "urn:timesheets", "signing_alg", "RS256"}, 409, "A resource server with the same identifier already exists"},
		"what was entered":             {"/dashboard/apis", []string{"name", "Second", "identifier", "urn:timesheets", "signing_alg", "RS256"}, 409, `value="Second"`},
		"a name that is not valid":     {"/dashboard/apis", []string{"name", "<b>", "identifier", "urn:b", "signing_alg", "RS256"}, 400, "Payload validation error"},
		"an algorithm":                 {"/dashboard/apis", []string{"name", "B", "identifier", "urn:b", "signing_alg", "none"}, 400, "Payload validation error"},
		"a scope that is too long":     {api + "/scopes", []string{"value", strings.Repeat("x", 281)}, 400, "Payload validation error"},
		"an empty name":                {"/dashboard/applications/" + client + "/name", []string{"name", ""}, 400, "Payload validation error"},
		"a scope of a system API":      {"/dashboard/apis/" + management + "/scopes", []string{"value", "x"}, 400, "Payload validation error"},
		"deletion of a system API":     {"/dashboard/apis/" + management + "/delete", nil, 400, "System resource servers cannot be deleted."},
		"authorization twice":          {api + "/authorization", []string{"client_id", client, "authorized", "on"}, 409, "A client grant already exists"},
		"a client that does not exist": {"/dashboard/applications/none/name", []string{"name", "x"}, 404, "does not exist"},
		"a grant that does not exist":  {api + "/grant", []string{"client_id", "none"}, 409, "no longer authorized"},
		"a secret that does not exist": {api + "/secret", nil, 404, "There is no secret."},
	} {
		t.Run(name, func(t *testing.T) {
			b := b
			b.t = t
			got := b.submit(c.path, c.fields...)
			if got.status != c.status || !strings.Contains(html.UnescapeString(got.body), c.shown) {
				t.Errorf("it answers %d, want %d with %q\n%s", got.status, c.status, c.shown, got.body)
			}
		})
	}
}

// TestSecrets expects a secret only in the response to a POST that asks for it, each time, and in no journal entry.
func TestSecrets(t *testing.T) {
	seed, err := emulator.ReadSeed(strings.NewReader(`{
		"resource_servers": [{"id": "symmetric", "name": "HS", "identifier": "urn:hs", "signing_alg": "HS256", "signing_secret": "signing-secret-canary"}],
		"clients": [{"client_id": "job", "client_secret": "client-secret-canary", "name": "Job", "encryption_key": {"pub": "encryption-key-canary"}}],
		"client_grants": [{"client_id": "job", "audience": "urn:hs", "scope": []}]}`))
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, emulator.Options{Seed: seed})
	const client, api = "/dashboard/applications/job", "/dashboard/apis/symmetric"
	pages := []string{"/", "/dashboard/applications", client, api, api + "?client=job", "/dashboard/access", "/dashboard/log", "/dashboard/log/rows"}
	hidden := func() {
		t.Helper()
		for _, path := range pages {
			if got := b.get(path); got.status != 200 || strings.Contains(got.body, "canary") {
				t.Errorf("GET %s: status %d, contains a secret: %v", path, got.status, strings.Contains(got.body, "canary"))
			}
		}
	}
	hidden()
	for path, secret := range map[string]string{client: "client-secret-canary", api: "signing-secret-canary"} {
		got := b.submit(path + "/secret")
		if got.status != 200 || !strings.Contains(got.body, secret) || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Location") != "" {
			t.Errorf("%s/secret: %d, %v\n%s", path, got.status, got.header, got.body)
		}
	}
	hidden()
	journal, err := json.Marshal(b.server.Journal())
	if err != nil || strings.Contains(string(journal), "canary") || !strings.Contains(string(journal), `["client_secret"]`) {
		t.Errorf("the journal is %s, %v", journal, err)
	}
}

// TestLog expects the newest requests first, and only those after a sequence number.
func TestLog(t *testing.T) {
	b := open(t, emulator.Options{})
	b.server.ResetJournal()
	for _, path := range []string{"first", "second", "third"} {
		b.get("/" + path)
	}
	sequence := regexp.MustCompile(`data-seq="(\d+)"`)
	for query, want := range map[string]string{"": "3 2 1", "?after=2": "3", "?after=3": "", "?after=99": "3 2 1", "?after=x": "3 2 1", "?after=-1": "3 2 1"} {
		var got []string
		for _, found := range sequence.FindAllStringSubmatch(b.get("/dashboard/log/rows"+query).body, -1) {
			got = append(got, found[1])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s lists %v, want %s", query, got, want)
		}
	}
	if page := b.get("/dashboard/log").body; !strings.Contains(page, "<code>/third</code>") || !strings.Contains(page, "404") {
		t.Errorf("the log is\n%s", page)
	}
}

// TestAccess expects scopes that the API does not define, and grants of all scopes, to be shown and to be changed.
func TestAccess(t *testing.T) {
	b := open(t, emulator.Options{})
	api, client := b.create("Timesheets API", "urn:timesheets")
	b.submit(api+"/scopes", "value", "a")
	b.submit(api+"/grant", "client_id", client, "scope", "a", "scope", "undefined:scope")
	for _, path := range []string{"/dashboard/access", api + "?client=" + client} {
		if got := b.get(path).body; !strings.Contains(got, "undefined:scope") {
			t.Errorf("%s does not show the scope that is not defined:\n%s", path, got)
		}
	}
	id, _ := b.objects("client-grants?client_id=" + client)[0]["id"].(string)
	b.send(http.MethodPatch, "/api/v2/client-grants/"+id, `{"allow_all_scopes":true}`, map[string]string{
		"Authorization": "Bearer " + b.server.Token(), "Content-Type": "application/json",
	})
	if got := b.get(api).body; !strings.Contains(got, "All permissions") {
		t.Errorf("the page does not show that all scopes are granted:\n%s", got)
	}
	b.submit(api+"/grant", "client_id", client, "scope", "a")
	got := b.objects("client-grants?client_id=" + client)[0]
	if got["allow_all_scopes"] != false || !slices.Equal(got["scope"].([]any), []any{"a"}) {
		t.Errorf("the grant is %v", got)
	}
}
