package deploycli_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// installation names the directory in which npm installed the package.
const installation = "EMULATOR_DEPLOY_CLI"

// deployCLI runs the program against one tenant.
type deployCLI struct {
	t      *testing.T
	server *emulator.Server
	http   *http.Client
	run    func(args ...string)
}

// TestDeployCLI creates APIs, clients and grants, exports them, imports the export with changes, and deletes them.
func TestDeployCLI(t *testing.T) {
	d := start(t)
	tenant, err := os.ReadFile(filepath.Join("testdata", "tenant.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d.importYAML(string(tenant))
	d.expect(d.objects(), "2 APIs, 4 clients, 2 grants", `"token_lifetime":3600`, `"description":"Read timesheets"`, `"scope":["read:timesheets"]`,
		`"client_metadata":{"team":"payroll"}`, `"callbacks":["https://app.example.com/callback"]`, `"rotation_type":"rotating"`,
		`"token_endpoint_auth_method":"client_secret_post"`)

	exported := d.export()
	for _, line := range []string{"identifier: https://api.example.com/timesheets", "name: Nightly export", "- read:timesheets", "team: payroll"} {
		if !strings.Contains(exported, line) {
			t.Errorf("the export lacks %q:\n%s", line, exported)
		}
	}

	changed := strings.NewReplacer("token_lifetime: 3600", "token_lifetime: 7200", "Read timesheets", "Read all timesheets", "team: payroll", "team: hr",
		"scope:\n      - read:timesheets\n", "scope:\n      - read:timesheets\n      - write:timesheets\n").Replace(exported)
	d.importYAML(changed)
	d.expect(d.objects(), "2 APIs, 4 clients, 2 grants", `"token_lifetime":7200`, `"description":"Read all timesheets"`,
		`"scope":["read:timesheets","write:timesheets"]`, `"client_metadata":{"team":"hr"}`)

	d.importYAML("resourceServers: []\nclients: []\nclientGrants: []\n")
	d.expect(d.objects(), "1 APIs, 2 clients, 1 grants")
}

func start(t *testing.T) *deployCLI {
	t.Helper()
	folder := os.Getenv(installation)
	if folder == "" {
		t.Skipf("%s names no directory with auth0-deploy-cli; `make deploy-cli` installs it", installation)
	}
	server, err := emulator.Start(t.Context(), emulator.Options{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(server.CA())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, server.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	who := server.Terraform()
	environment := append(os.Environ(), "NODE_EXTRA_CA_CERTS="+authority, "AUTH0_ALLOW_DELETE=true",
		"AUTH0_DOMAIN="+strings.TrimPrefix(server.URL(), "https://"), "AUTH0_CLIENT_ID="+who.ClientID, "AUTH0_CLIENT_SECRET="+who.ClientSecret,
		`AUTH0_INCLUDED_ONLY=["resourceServers","clients","clientGrants"]`)
	program := filepath.Join(folder, "node_modules", ".bin", "a0deploy")
	return &deployCLI{t: t, server: server, http: &http.Client{Transport: transport}, run: func(args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), program, args...)
		command.Env = environment
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("a0deploy %s: %v\n%s", strings.Join(args, " "), err, output)
		}
	}}
}

func (d *deployCLI) importYAML(text string) {
	d.t.Helper()
	file := filepath.Join(d.t.TempDir(), "tenant.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.run("import", "--input_file="+file)
}

func (d *deployCLI) export() string {
	d.t.Helper()
	folder := d.t.TempDir()
	d.run("export", "--format=yaml", "--output_folder="+folder)
	text, err := os.ReadFile(filepath.Join(folder, "tenant.yaml"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// objects is what the tenant has, the Management API's scopes aside.
type objects struct{ counts, text string }

func (d *deployCLI) objects() objects {
	d.t.Helper()
	var text, counts []string
	for _, list := range []struct{ path, name string }{
		{"resource-servers", "APIs"}, {"clients", "clients"}, {"client-grants", "grants"},
	} {
		raw, items := d.list(list.path)
		text, counts = append(text, raw), append(counts, items+" "+list.name)
	}
	return objects{counts: strings.Join(counts, ", "), text: strings.Join(text, "\n")}
}

func (d *deployCLI) list(path string) (raw, count string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.server.URL()+"/api/v2/"+path+"?include_totals=true", http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.server.Token())
	response, err := d.http.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var page struct {
		Total json.Number `json:"total"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		d.t.Fatalf("%s: %v: %s", path, err, body)
	}
	return string(body), page.Total.String()
}

func (d *deployCLI) expect(got objects, counts string, parts ...string) {
	d.t.Helper()
	if got.counts != counts {
		d.t.Errorf("the tenant has %s, want %s", got.counts, counts)
	}
	for _, part := range parts {
		if !strings.Contains(got.text, part) {
			d.t.Errorf("no %s in %s", part, got.text)
		}
	}
}
