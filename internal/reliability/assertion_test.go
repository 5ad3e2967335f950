package reliability_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// The ways that the error prints, of which each gives every provider process an assertion of its own.
var assertionWays = []string{
	"with the client assertion", "terraform plan -out=FILE", "ephemeral resource", "AUTH0_CLIENT_ASSERTION_FILE",
}

// TestFault56_Assertion changes a client with a provider that authenticates with client assertions.
func TestFault56_Assertion(t *testing.T) {
	proves(t, 56)
	for name, test := range map[string]func(s *testbed, sign func() string){
		"a new one for each process": func(s *testbed, sign func() string) {
			s.planAndSign(sign)
			s.terraform(0, "apply", "-input=false", "plan.bin")
			s.expectCalls("PATCH", aClient, 1)
		},
		"the same for plan and apply": func(s *testbed, sign func() string) {
			s.set("AUTH0_CLIENT_ASSERTION", sign())
			s.expect(s.apply(1), append(assertionWays, "its jti was used before")...)
			s.expectCalls("PATCH", aClient, 0)
		},
		"a lost response": func(s *testbed, sign func() string) {
			s.planAndSign(sign)
			s.inject(emulator.Fault{Method: "POST", Route: tokens, Nth: 1, Cut: emulator.CutAfter})
			s.terraform(1, "apply", "-input=false", "plan.bin")
			s.expectCalls("PATCH", aClient, 0)
		},
		"a file": func(s *testbed, sign func() string) {
			file := filepath.Join(s.t.TempDir(), "assertion")
			s.set("AUTH0_CLIENT_ASSERTION_FILE", file)
			s.expect(s.apply(1), append([]string{"`client_assertion_file`: the file cannot be read"}, assertionWays...)...)
			write := func() {
				if err := os.WriteFile(file, []byte(sign()), 0o600); err != nil {
					s.t.Error(err)
				}
			}
			write()
			s.when("POST", tokens, 1, write) // another program signs again after each use
			s.apply(0)
		},
	} {
		subtest(t, name, "job", func(s *testbed) {
			s.apply(0)
			private := s.OwnKey(s.t)
			s.set("AUTH0_CLIENT_SECRET", "")
			s.set("TF_VAR_description", "changed")
			s.Server.ResetJournal()
			test(s, func() string { return s.Assertion(s.t, s.Server.Terraform().ClientID, private) })
			s.expectCalls("POST", tokens, 2)
		})
	}
}

// planAndSign saves a plan with one assertion, and sets another one for its apply.
func (s *testbed) planAndSign(sign func() string) {
	s.t.Helper()
	s.set("AUTH0_CLIENT_ASSERTION", sign())
	s.terraform(0, "plan", "-input=false", "-out=plan.bin")
	s.set("AUTH0_CLIENT_ASSERTION", sign())
}
