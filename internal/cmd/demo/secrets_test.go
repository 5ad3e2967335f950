package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
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
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier

  depends_on = [timesheets_client_grant.test]
}

ephemeral "timesheets_client_secret" "test" {
  client_id = timesheets_client_grant.test.client_id
}

ephemeral "timesheets_access_token" "test" {
  client_id     = timesheets_client_grant.test.client_id
  audience      = timesheets_client_grant.test.audience
  client_secret = ephemeral.timesheets_client_secret.test.client_secret
}

check "token" {
  assert {
    condition     = ephemeral.timesheets_access_token.test.claims.scope == "batch:upload"
    error_message = "The token of the job says something else."
  }
}

resource "timesheets_client" "broken" {
  name                       = "broken"
  description                = "%s"
  token_endpoint_auth_method = "client_secret_basic"
}
`

// TestNoSecretAnywhere runs a configuration with many secrets, with all logs enabled and with an error. It searches each
// secret in everything that remains: state, backup, plan, output, logs, journal.
func TestNoSecretAnywhere(t *testing.T) {
	th := newTheatre(t)
	th.needs(t, cli.WriteOnly)
	w := th.workspace(t)
	canaries := acctest.Canaries{
		"the provider's secret": th.server.Terraform().ClientSecret,
		"the job's secret":      acctest.Canary(),
		"the signing secret":    acctest.Canary(),
		"a token":               "eyJ",
	}
	w.Environment = append(w.Environment, "TF_VAR_client_secret="+canaries["the job's secret"], "TF_VAR_signing_secret="+canaries["the signing secret"],
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(w.Dir, "trace.log"))
	write(t, w, "provider.tf", read(t, filepath.Join(th.examples, "provider", "provider.tf")))
	write(t, w, "main.tf", fmt.Sprintf(secretive, "fine"))

	said := must(t, w, 0, "plan", "-out=plan.bin") + printed(t, w, "show", "-json", "plan.bin") + must(t, w, 0, "apply", "-auto-approve", "plan.bin")
	if err := th.server.Inject(emulator.Fault{
		Method: "PATCH", Route: "/api/v2/clients/{id}", Status: 400,
		Body: `{"statusCode":400,"error":"Bad Request","message":"no: ` + canaries["the provider's secret"] + `","errorCode":"invalid_body"}`,
	}); err != nil {
		t.Fatal(err)
	}
	write(t, w, "main.tf", fmt.Sprintf(secretive, "refused"))
	said += must(t, w, 1, "apply", "-auto-approve")
	th.server.ClearFaults()
	said += printed(t, w, "state", "pull") + must(t, w, 0, "destroy", "-auto-approve")
	write(t, w, "printed.txt", said)
	write(t, w, "journal.txt", fmt.Sprintf("%+v", th.server.Journal()))

	found, err := acctest.Artifacts(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range found {
		for _, leak := range canaries.In(decodePrivate(t, text)) {
			t.Errorf("%s: %s", name, leak)
		}
	}
	if len(found) < 8 {
		t.Errorf("only %d artifacts were searched", len(found))
	}
}

var private = regexp.MustCompile(`"private": ?"([^"]+)"`)

// decodePrivate decodes the private state in a state file, so that it is searched for secrets too. Encoded it looks like a
// token.
func decodePrivate(t *testing.T, text []byte) []byte {
	t.Helper()
	return private.ReplaceAllFunc(text, func(member []byte) []byte {
		encoded := string(private.FindSubmatch(member)[1])
		var values map[string][]byte
		content, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil {
			err = json.Unmarshal(content, &values)
		}
		if err != nil {
			t.Errorf("private state %q cannot be decoded: %v", encoded, err)
		}
		var decoded bytes.Buffer
		for name, value := range values {
			fmt.Fprintf(&decoded, "%s=%s ", name, value)
		}
		return decoded.Bytes()
	})
}

// printed runs a command without input, and returns its output.
func printed(t *testing.T, w cli.Workspace, args ...string) string {
	t.Helper()
	output, err := w.Run(t.Context(), args...)
	if err != nil || output.Code != 0 {
		t.Fatalf("terraform %v: code %d, %v\n%s", args, output.Code, err, output.Stderr)
	}
	return string(output.Stdout) + string(output.Stderr)
}
