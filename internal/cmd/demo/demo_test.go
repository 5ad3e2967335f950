package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

func TestDemo(t *testing.T) {
	var out bytes.Buffer
	if err := play(t.Context(), &out, false); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{
		"Plan: 3 to add, 0 to change, 0 to destroy.",
		"Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
		"audience = https://api.timesheets.example/v1, scopes = [batch:upload], algorithm = RS256, signature_verified = true",
		"No changes",
		`Did you mean "batch:upload"?`,
		"a user of the dashboard also grants approve:timesheets",
		"Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
		"Destroy complete! Resources: 3 destroyed.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not print %q:\n%s", want, &out)
		}
	}
}

func TestDemoNoticesTampering(t *testing.T) {
	var out bytes.Buffer
	err := play(t.Context(), &out, true)
	if err == nil {
		t.Fatalf("the demo passes with a wider grant:\n%s", &out)
	}
	for _, want := range []string{
		"The scopes of the job's token differ from the configuration.",
		"0 to add, 1 to change, 0 to destroy, expected 0 to add, 0 to change, 0 to destroy",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not contain %q: %v", want, err)
		}
	}
	if strings.Contains(out.String(), "All steps sent") {
		t.Errorf("the demo reports success:\n%s", &out)
	}
}

func TestDemoLeavesNothingInTheTree(t *testing.T) {
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"terraform.tfstate*", ".terraform*", planFile} {
		left, err := filepath.Glob(filepath.Join(root, "examples", "timesheets", pattern))
		if err != nil || len(left) > 0 {
			t.Errorf("remaining in the tree: %v, %v", left, err)
		}
	}
}

func TestProofCanFail(t *testing.T) {
	for name, change := range map[string]func(*proof){
		"refused":         func(p *proof) { p.Authorized = false },
		"wider":           func(p *proof) { p.Scopes = []string{"approve:timesheets", "batch:upload"} },
		"other audience":  func(p *proof) { p.Audience = "https://api.example/v2" },
		"other algorithm": func(p *proof) { p.Algorithm = "HS256" },
		"forged":          func(p *proof) { p.SignatureVerified = false },
	} {
		t.Run(name, func(t *testing.T) {
			said := declared
			change(&said)
			if len(said.differs()) == 0 {
				t.Errorf("%s passes", said)
			}
		})
	}
	if said := declared.differs(); len(said) > 0 {
		t.Errorf("the declared proof fails: %v", said)
	}
}

func TestFailedChecks(t *testing.T) {
	for name, c := range map[string]struct{ plan, want string }{
		"passed":  {`{"checks":[{"address":{"to_display":"check.a"},"status":"pass"}]}`, ""},
		"unknown": {`{"checks":[{"address":{"to_display":"check.a"},"status":"unknown"}]}`, "check.a is unknown"},
		"failed": {
			`{"checks":[{"address":{"to_display":"check.a"},"status":"fail","instances":[{"problems":[{"message":"Too wide."}]}]}]}`,
			"check.a is fail: Too wide.",
		},
		"none": {`{}`, "the plan has no check"},
	} {
		t.Run(name, func(t *testing.T) {
			failed, err := failedChecks([]byte(c.plan))
			if got := strings.Join(failed, "; "); err != nil || got != c.want {
				t.Errorf("failedChecks: %q, %v, want %q", got, err, c.want)
			}
		})
	}
	if _, err := failedChecks([]byte("No plan")); err == nil {
		t.Error("invalid JSON is accepted")
	}
}

// TestVariablesForAcceptanceTests runs the demo as make does. Its output must be valid for env(1).
func TestVariablesForAcceptanceTests(t *testing.T) {
	var out bytes.Buffer
	if err := printEnvironment(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	arguments := append(strings.Fields(out.String()), "sh", "-c", `test -x "$TF_ACC_TERRAFORM_PATH"`)
	cmd := exec.CommandContext(t.Context(), "env", arguments...)
	cmd.Env = os.Environ()
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("env %v: %v: %s", arguments, err, said)
	}
}
