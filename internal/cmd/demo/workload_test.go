package main

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/standin"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// localSigner is a program aws that signs with a key in a file, in place of AWS KMS. It rejects other arguments than those of
// the script.
const localSigner = `#!/bin/sh
set -eu
[ "$*" = "kms sign --key-id alias/terraform-auth0 --message-type RAW --message $8 --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --query Signature --output text" ]
openssl dgst -sha256 -sign "$SIGNER_KEY" "${8#fileb://}" | openssl base64 -A
`

// TestWorkloadIdentity authenticates the provider with assertions of the script, as the workflow does: one for the plan, and
// another one for the apply. The provider has no secret of Auth0.
func TestWorkloadIdentity(t *testing.T) {
	bed := newTestbed(t)
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("the script needs openssl")
	}
	w := bed.example(t, "workload-identity")
	folder := t.TempDir()
	key := filepath.Join(folder, "key.pem")
	if out, err := exec.CommandContext(t.Context(), "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	public, err := exec.CommandContext(t.Context(), "openssl", "pkey", "-in", key, "-pubout").Output()
	if block, _ := pem.Decode(public); err != nil || block == nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "aws"), []byte(localSigner), 0o700); err != nil {
		t.Fatal(err)
	}
	own := bed.server.Terraform().ClientID
	var credential struct {
		ID string `json:"id"`
	}
	bed.ask(t, "POST", "/api/v2/clients/"+own+"/credentials", map[string]any{"credential_type": "public_key", "pem": string(public)}, &credential)
	keys := map[string]any{"private_key_jwt": map[string]any{"credentials": []any{map[string]any{"id": credential.ID}}}}
	bed.ask(t, "PATCH", "/api/v2/clients/"+own, map[string]any{"client_authentication_methods": keys, "token_endpoint_auth_method": nil}, nil)
	signer := []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "SIGNER_KEY=" + key, "KMS_KEY_ID=alias/terraform-auth0", "AUTH0_CLIENT_ID=" + own, "AUTH0_DOMAIN=" + bed.server.URL()}
	sign := func() string {
		script := exec.CommandContext(t.Context(), filepath.Join(w.Dir, "sign.sh"))
		script.Env = append(os.Environ(), signer...)
		out, err := script.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	workflow := read(t, filepath.Join(w.Dir, "github-actions.yml"))
	var commands [][]string
	for line := range strings.Lines(workflow) {
		if _, command, found := strings.Cut(line, "AUTH0_CLIENT_ASSERTION=$(./sign.sh) terraform "); found {
			commands = append(commands, strings.Fields(command))
		}
	}
	w.Environment = append(w.Environment, "AUTH0_CLIENT_SECRET=")
	environment := w.Environment
	run := func(code int, command []string) string {
		w.Environment = append(environment, "AUTH0_CLIENT_ASSERTION="+sign())
		return ends(t, w, code, command...)
	}
	if len(commands) != 2 {
		t.Fatalf("the workflow has %d commands", len(commands))
	}
	for _, command := range commands {
		run(0, command)
	}
	run(0, []string{"plan", "-input=false", "-detailed-exitcode"})
	said := run(1, []string{"destroy", "-input=false", "-auto-approve"}) // without a plan file: two processes, one assertion
	if !strings.Contains(said, "its jti was used before") || !strings.Contains(said, "terraform plan -out=FILE") {
		t.Errorf("destroy without a plan file prints:\n%s", said)
	}
	run(0, []string{"plan", "-destroy", "-input=false", "-out=gone"})
	run(0, []string{"apply", "-input=false", "gone"})

	// An ephemeral resource signs in each of the two processes of an apply without a plan file.
	bed.needs(t, cli.Ephemeral)
	w.Environment = slices.Concat(environment, signer, []string{standin.Signer + "=" + filepath.Join(w.Dir, "sign.sh")})
	main := read(t, filepath.Join(w.Dir, "main.tf"))
	const fixed, signed = `provider "timesheets" {}`, `ephemeral "signer_assertion" "terraform" {}

provider "timesheets" {
  client_assertion = ephemeral.signer_assertion.terraform.jwt
}`
	if !strings.Contains(main, fixed) {
		t.Fatalf("the example has no %s", fixed)
	}
	write(t, w, "main.tf", strings.Replace(main, fixed, signed, 1))
	if said := must(t, w, 0, "apply", "-auto-approve"); !strings.Contains(said, "1 added") {
		t.Errorf("the apply prints:\n%s", said)
	}
}
