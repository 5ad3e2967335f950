package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	management "github.com/auth0/go-auth0/v3/management/client"
	"github.com/auth0/go-auth0/v3/management/option"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// TestMain runs the command itself when a test starts this binary as one.
func TestMain(m *testing.M) {
	if os.Getenv("EMULATOR_TEST_COMMAND") == "1" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// process is a running command.
type process struct {
	*exec.Cmd
	env map[string]string
}

func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], args...), env: map[string]string{}}
	p.Env = append(os.Environ(), "EMULATOR_TEST_COMMAND=1")
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for len(p.env) < 3 && lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		p.env[name] = value
	}
	if len(p.env) < 3 {
		t.Fatalf("it printed %v", p.env)
	}
	return p
}

func TestRun_refuses(t *testing.T) {
	for _, args := range [][]string{
		{"-listen", "0.0.0.0:0"},
		{"-listen", "192.0.2.1:0"},
		{"-listen", ":0"},
		{"-listen", "x"},
		{"-limits", "many"},
		{"-ca-out", "x"},
		{"-seed", filepath.Join(t.TempDir(), "none")},
		{"left over"},
	} {
		if err := run(t.Context(), args, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}

func TestRun_seed(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.json")
	for text, want := range map[string]string{
		"{\n\"clients\": 7}":                 "line 2: clients: must be an array of objects",
		"{\n\"clients\": [\n{\"nane\": 1}]}": "line 3: clients[0].nane: ",
	} {
		if err := os.WriteFile(seed, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), []string{"-listen", "127.0.0.1:0", "-seed", seed}, &bytes.Buffer{}, &bytes.Buffer{})
		if err == nil || !strings.HasPrefix(err.Error(), "-seed "+seed+": "+want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	env, ca, seed := filepath.Join(dir, "env"), filepath.Join(dir, "ca"), filepath.Join("..", "..", "..", "examples", "emulator", "seed.json")
	if err := os.WriteFile(env, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p := launch(t, "-listen", "127.0.0.1:0", "-tls", "-ca-out", ca, "-env-out", env, "-seed", seed, "-limits", "10:10")
	info, err := os.Stat(env)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error("mode:", info.Mode(), err)
	}
	written, err := os.ReadFile(env)
	if err != nil || !strings.Contains(string(written), "export AUTH0_CLIENT_SECRET="+p.env["AUTH0_CLIENT_SECRET"]+"\n") {
		t.Error("env file:", err)
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	if !strings.HasPrefix(p.env["AUTH0_DOMAIN"], "https://127.0.0.1:") {
		t.Error("domain:", p.env["AUTH0_DOMAIN"])
	}
	response, err := client.Get(p.env["AUTH0_DOMAIN"] + "/.well-known/jwks.json")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(err, response)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	p.acceptedBySDK(t, client)
	p.acceptedByCurl(t, ca)
	p.acceptedByProvider(t, ca)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Error("SIGTERM:", err)
	}
}

// acceptedBySDK passes AUTH0_DOMAIN to the vendor's SDK as it is.
func (p *process) acceptedBySDK(t *testing.T, client *http.Client) {
	t.Helper()
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, client)
	sdk, err := management.New(p.env["AUTH0_DOMAIN"], option.WithHTTPClient(client),
		option.WithClientCredentials(ctx, p.env["AUTH0_CLIENT_ID"], p.env["AUTH0_CLIENT_SECRET"]))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := sdk.Keys.Signing.List(ctx)
	if err != nil || len(keys) == 0 {
		t.Error("the SDK:", err)
	}
}

// acceptedByCurl uses AUTH0_DOMAIN as an address.
func (p *process) acceptedByCurl(t *testing.T, ca string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Log("not tried without curl")
		return
	}
	command := exec.CommandContext(t.Context(), "curl", "-fsS", "--cacert", ca, p.env["AUTH0_DOMAIN"]+"/.well-known/openid-configuration")
	if out, err := command.CombinedOutput(); err != nil || !strings.Contains(string(out), `"issuer":"`+p.env["AUTH0_DOMAIN"]+`/"`) {
		t.Errorf("curl: %v: %s", err, out)
	}
}

// acceptedByProvider reads an API of the seed with Terraform and the provider of this tree.
func (p *process) acceptedByProvider(t *testing.T, ca string) {
	t.Helper()
	workspace, err := cli.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const main = `
terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

data "timesheets_api" "payroll" {
  identifier = "https://payroll.example"
}

output "name" {
  value = data.timesheets_api.payroll.name
}
`
	workspace.Dir, workspace.Environment = t.TempDir(), []string{"SSL_CERT_FILE=" + ca}
	if err := os.WriteFile(filepath.Join(workspace.Dir, "main.tf"), []byte(main), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range p.env {
		workspace.Environment = append(workspace.Environment, name+"="+value)
	}
	out, err := workspace.Command(t.Context(), "plan", "-no-color", "-input=false").CombinedOutput()
	if err != nil || !strings.Contains(string(out), `name = "Payroll API"`) {
		t.Errorf("the provider: %v: %s", err, out)
	}
}

// token requests a Management API access token.
func (p *process) token(ctx context.Context) (string, error) {
	body := fmt.Sprintf(`{"grant_type":"client_credentials","client_id":%q,"client_secret":%q,"audience":"%s/api/v2/"}`,
		p.env["AUTH0_CLIENT_ID"], p.env["AUTH0_CLIENT_SECRET"], p.env["AUTH0_DOMAIN"])
	var out bytes.Buffer
	if _, err := p.ask(ctx, "POST", "/oauth/token", "", body, &out); err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(out.String(), `"access_token":"`)
	token, _, _ := strings.Cut(rest, `"`)
	return token, nil
}

func (p *process) ask(ctx context.Context, method, path, token, body string, out *bytes.Buffer) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.env["AUTH0_DOMAIN"]+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	_, err = out.ReadFrom(response.Body)
	if closing := response.Body.Close(); err == nil {
		err = closing
	}
	return response.StatusCode, err
}

// TestKill kills the command during writes, and checks that all acknowledged writes exist after a restart. EMULATOR_KILLS sets
// how often. The default keeps normal runs short.
func TestKill(t *testing.T) {
	kills := 15
	if text := os.Getenv("EMULATOR_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	state := filepath.Join(t.TempDir(), "state")
	known := map[string]bool{}
	var mu sync.Mutex
	for round := range kills {
		p := launch(t, "-listen", "127.0.0.1:0", "-state", state)
		token, err := p.token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.checkAll(t, token, known)
		var writers sync.WaitGroup
		for w := range 3 {
			writers.Go(func() {
				for i := 0; ; i++ {
					identifier := fmt.Sprintf("urn:%d:%d:%d", round, w, i)
					status, err := p.ask(t.Context(), "POST", "/api/v2/resource-servers", token, `{"identifier":"`+identifier+`"}`, &bytes.Buffer{})
					if err != nil {
						return
					}
					if status == http.StatusCreated {
						mu.Lock()
						known[identifier] = true
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(time.Duration(10+rand.IntN(60)) * time.Millisecond)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
		writers.Wait()
	}
	if len(known) < kills {
		t.Errorf("only %d writes in %d rounds", len(known), kills)
	}
	t.Logf("%d kills, %d acknowledged writes, none lost", kills, len(known))
}

func (p *process) checkAll(t *testing.T, token string, known map[string]bool) {
	t.Helper()
	var all bytes.Buffer
	for page := range 1 + len(known)/100 + 1 {
		if status, err := p.ask(t.Context(), "GET", fmt.Sprintf("/api/v2/resource-servers?per_page=100&page=%d", page), token, "", &all); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
	}
	there := map[string]bool{}
	for _, rest := range strings.Split(all.String(), `"identifier":"`)[1:] {
		identifier, _, _ := strings.Cut(rest, `"`)
		there[identifier] = true
	}
	for identifier := range known {
		if !there[identifier] {
			t.Fatalf("%s was acknowledged and does not exist", identifier)
		}
	}
}
