package main

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const secretive = `
variable "client_secret" {
  type      = string
  ephemeral = true
}
variable "signing_secret" {
  type      = string
  ephemeral = true
}

resource "timesheets_api" "test" {
  name                      = "API"
  identifier                = "https://api.example"
  signing_alg               = "HS256"
  signing_secret_wo         = var.signing_secret
  signing_secret_wo_version = 1
  scopes                    = { "batch:upload" = null }
}

resource "timesheets_client" "test" {
  name                     = "job"
  client_secret_wo         = var.client_secret
  client_secret_wo_version = 1
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = ["batch:upload"]
}

data "timesheets_access_check" "test" {
  client_id = timesheets_client_grant.test.client_id
  audience  = timesheets_client_grant.test.audience
}

resource "timesheets_client" "broken" {
  name                       = "broken"
  description                = "%s"
  token_endpoint_auth_method = "client_secret_basic"
}
`

// TestNoSecretAnywhere runs a set-up that is full of secrets, with every log there is, and an error in its midst, and
// looks for each secret in whatever is left: state, backup, plan, what was printed, logs, journal.
func TestNoSecretAnywhere(t *testing.T) {
	th := newTheatre(t)
	server := open(t, emulator.Options{})
	w := workspace(th.cli, server, t.TempDir(), th.config)
	canaries := map[string]string{
		"the provider's secret": server.Terraform().ClientSecret,
		"the job's secret":      "canary/client+secret=0123456789",
		"the signing secret":    "canary&signing secret\"0123456789",
		"a token":               "eyJ",
	}
	w.Environment = append(w.Environment, "TF_VAR_client_secret="+canaries["the job's secret"], "TF_VAR_signing_secret="+canaries["the signing secret"],
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(w.Dir, "trace.log"))
	write(t, w, "provider.tf", read(t, filepath.Join(th.examples, "provider", "provider.tf")))
	write(t, w, "main.tf", fmt.Sprintf(secretive, "fine"))

	said := must(t, w, 0, "plan", "-out=plan.bin") + printed(t, w, "show", "-json", "plan.bin") + must(t, w, 0, "apply", "-auto-approve", "plan.bin")
	if err := server.Inject(emulator.Fault{
		Method: "PATCH", Route: "/api/v2/clients/{id}", Status: 400,
		Body: `{"statusCode":400,"error":"Bad Request","message":"no: ` + canaries["the provider's secret"] + `","errorCode":"invalid_body"}`,
	}); err != nil {
		t.Fatal(err)
	}
	write(t, w, "main.tf", fmt.Sprintf(secretive, "refused"))
	said += must(t, w, 1, "apply", "-auto-approve")
	server.ClearFaults()
	said += printed(t, w, "state", "pull") + must(t, w, 0, "destroy", "-auto-approve")
	write(t, w, "printed.txt", said)
	write(t, w, "journal.txt", fmt.Sprintf("%+v", server.Journal()))

	searched := 0
	for name, text := range artefacts(t, w) {
		searched++
		for what, found := range leaks(text, canaries) {
			t.Errorf("%s is in %s: …%s…", what, name, found)
		}
	}
	if searched < 8 {
		t.Errorf("only %d artefacts were searched", searched)
	}
}

// printed runs a command that takes no input, and returns what it printed.
func printed(t *testing.T, w cli.Workspace, args ...string) string {
	t.Helper()
	output, err := w.Run(t.Context(), args...)
	if err != nil || output.Code != 0 {
		t.Fatalf("terraform %v: code %d, %v\n%s", args, output.Code, err, output.Stderr)
	}
	return string(output.Stdout) + string(output.Stderr)
}

// TestSearchFindsWhatIsPlanted shows that the search can fail, in each form it looks for.
func TestSearchFindsWhatIsPlanted(t *testing.T) {
	const canary = "canary/planted+secret=\"1"
	for form, planted := range forms(canary) {
		if len(leaks("before "+planted+" after", map[string]string{"planted": canary})) != 1 {
			t.Errorf("%s is not found", form)
		}
	}
	if len(leaks("nothing here", map[string]string{"planted": canary})) != 0 {
		t.Error("it is found where it is not")
	}
}

func forms(secret string) map[string]string {
	return map[string]string{
		"clear":  secret,
		"base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"url":    url.QueryEscape(secret),
		"json":   strings.Trim(fmt.Sprintf("%q", secret), `"`),
	}
}

func leaks(text string, canaries map[string]string) map[string]string {
	found := map[string]string{}
	for what, canary := range canaries {
		for form, shape := range forms(canary) {
			if len(canary) < 8 && form != "clear" {
				continue
			}
			if at := strings.Index(text, shape); at >= 0 {
				found[what] = fmt.Sprintf("(%s) %.60q", form, text[max(0, at-30):at])
			}
		}
	}
	return found
}

// artefacts are all files in the workspace, and the members of plan archives. The configuration itself holds none.
func artefacts(t *testing.T, w cli.Workspace) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(w.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found[entry.Name()] = string(content)
		archive, err := zip.OpenReader(path)
		if err != nil {
			return nil //nolint:nilerr // no archive
		}
		defer func() { _ = archive.Close() }()
		for _, member := range archive.File {
			opened, err := member.Open()
			if err != nil {
				return err
			}
			text, err := io.ReadAll(opened)
			if err != nil {
				return err
			}
			found[entry.Name()+"/"+member.Name] = string(text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
