package reliability_test

import (
	"archive/zip"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestSearchFindsLeaks writes a secret to each kind of artifact of a run, and expects that the search finds it.
func TestSearchFindsLeaks(t *testing.T) {
	t.Parallel()
	s := open(t, "client")
	s.apply(0)
	s.steady()
	for kind, plant := range map[string]func(p planting){
		"state":         func(p planting) { p.file("configuration/terraform.tfstate", `{"resources":[{"x":"`+p.json()+`"}]}`) },
		"private state": func(p planting) { p.file("configuration/terraform.tfstate", p.private()) },
		"backup":        func(p planting) { p.file("configuration/terraform.tfstate.backup", `{"x":"`+p.json()+`"}`) },
		"saved plan":    func(p planting) { p.archive("configuration/the.plan") },
		"log":           func(p planting) { p.file("trace.log", "body="+p.secret) },
		"temporary":     func(p planting) { p.file("tmp/left", p.secret) },
		"printed":       func(p planting) { p.testbed.note(&p.testbed.said, "apply:\n%s\n", p.secret) },
		"journal":       func(p planting) { p.journal() },
		"command line":  func(p planting) { p.command() },
	} {
		t.Run(kind, func(t *testing.T) {
			p := planting{t: t, testbed: copyOf(t, s), secret: acctest.Canary()}
			p.testbed.canaries["planted"] = p.secret
			if leaks := p.testbed.leaks(); len(leaks) != 0 {
				t.Fatalf("before it is written: %v", leaks)
			}
			plant(p)
			if leaks := p.testbed.leaks(); len(leaks) == 0 {
				t.Error("it is not found")
			}
		})
	}
}

// TestNoSecretAnywhere also requests tokens with the secrets of the fixture, from the first plan to the destroy.
func TestNoSecretAnywhere(t *testing.T) {
	t.Parallel()
	s := open(t, "secretive")
	s.write("tokens.tf", tokensOfJob)
	s.terraform(0, "plan", "-input=false", "-out=the.plan")
	s.terraform(0, "show", "-json", "the.plan")
	s.lacks(s.terraform(0, "apply", "-input=false", "the.plan"), "Check block assertion failed")
	s.steady()
	s.shown()
	s.destroyed()
}

// tokensOfJob requests tokens with the secret of the fixture's client.
const tokensOfJob = `
data "timesheets_access_check" "job" {
  client_id = timesheets_client_grant.job.client_id
  audience  = timesheets_client_grant.job.audience
}

ephemeral "timesheets_client_secret" "job" {
  client_id = timesheets_client_grant.job.client_id
}

ephemeral "timesheets_access_token" "job" {
  client_id     = timesheets_client_grant.job.client_id
  audience      = timesheets_client_grant.job.audience
  client_secret = ephemeral.timesheets_client_secret.job.client_secret
}

check "token" {
  assert {
    condition     = ephemeral.timesheets_access_token.job.claims.scope == "batch:upload"
    error_message = "The token of the job has other scopes."
  }
}
`

// copyOf returns a copy of a testbed with artifacts that can be changed.
func copyOf(t *testing.T, s *testbed) *testbed {
	t.Helper()
	other := &testbed{t: t, Tenant: s.Tenant, front: s.front, folder: folder(t), workspace: s.workspace, canaries: acctest.Canaries{}}
	if err := os.CopyFS(other.folder, os.DirFS(s.folder)); err != nil {
		t.Fatal(err)
	}
	return other
}

type planting struct {
	t       *testing.T
	testbed *testbed
	secret  string
}

func (p planting) file(name, content string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.testbed.folder, name), []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p planting) json() string { return strings.ReplaceAll(p.secret, `"`, `\"`) }

func (p planting) private() string {
	inside := base64.StdEncoding.EncodeToString([]byte(`{"k":"` + base64.StdEncoding.EncodeToString([]byte(p.secret)) + `"}`))
	return `{"resources":[{"type":"a","name":"b","instances":[{"private":"` + inside + `"}]}]}`
}

func (p planting) archive(name string) {
	p.t.Helper()
	file, err := os.Create(filepath.Join(p.testbed.folder, name))
	if err != nil {
		p.t.Fatal(err)
	}
	writer := zip.NewWriter(file)
	member, err := writer.Create("tfplan")
	if err == nil {
		_, err = member.Write([]byte(p.secret))
	}
	if err != nil {
		p.t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		p.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// journal requests an object from the tenant whose name is the secret.
func (p planting) journal() {
	p.testbed.ask(http.MethodGet, clients+"/"+url.PathEscape(p.secret), nil)
}

// command starts a process that has the secret among its arguments, and looks at it as at those of a run.
func (p planting) command() {
	p.t.Helper()
	cmd := exec.Command("sh", "-c", "read line", "sh", p.secret)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	hold, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan struct{})
	close(ended)
	p.testbed.watch(cmd.Process.Pid, ended)
	_ = hold.Close()
	_ = cmd.Wait() // its exit code is not relevant
}
