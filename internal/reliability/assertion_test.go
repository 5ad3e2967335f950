package reliability_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// withAssertions opens a scene in which the provider authenticates with client assertions, and returns a function that signs
// one.
func withAssertions(t *testing.T) (s *scene, sign func() string) {
	t.Helper()
	s = open(t, "job")
	s.apply(0)
	private := s.OwnKey(t)
	s.set("AUTH0_CLIENT_SECRET", "")
	s.set("TF_VAR_description", "changed")
	s.Server.ResetJournal()
	return s, func() string { return s.Assertion(t, s.Server.Terraform().ClientID, private) }
}

// The ways that the error prints, of which each gives every provider process an assertion of its own.
var assertionWays = []string{
	"with the client assertion", "terraform plan -out=FILE", "ephemeral resource", "AUTH0_CLIENT_ASSERTION_FILE",
}

func TestFault56_Assertion(t *testing.T) {
	proves(t, 56)
	t.Run("a new one for each process", func(t *testing.T) {
		t.Parallel()
		s, sign := withAssertions(t)
		s.set("AUTH0_CLIENT_ASSERTION", sign())
		s.terraform(0, "plan", "-input=false", "-out=plan.bin")
		s.set("AUTH0_CLIENT_ASSERTION", sign())
		s.terraform(0, "apply", "-input=false", "plan.bin")
		s.expectCalls("POST", tokens, 2)
		s.expectCalls("PATCH", aClient, 1)
	})
	t.Run("the same for plan and apply", func(t *testing.T) {
		t.Parallel()
		s, sign := withAssertions(t)
		s.set("AUTH0_CLIENT_ASSERTION", sign())
		s.expect(s.apply(1), append(assertionWays, "its jti was used before")...)
		s.expectCalls("POST", tokens, 2)
		s.expectCalls("PATCH", aClient, 0)
	})
	t.Run("a lost response", func(t *testing.T) {
		t.Parallel()
		s, sign := withAssertions(t)
		s.set("AUTH0_CLIENT_ASSERTION", sign())
		s.terraform(0, "plan", "-input=false", "-out=plan.bin")
		s.set("AUTH0_CLIENT_ASSERTION", sign())
		s.inject(emulator.Fault{Method: "POST", Route: tokens, Nth: 1, Cut: emulator.CutAfter})
		s.terraform(1, "apply", "-input=false", "plan.bin")
		s.expectCalls("POST", tokens, 2)
		s.expectCalls("PATCH", aClient, 0)
	})
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		s, sign := withAssertions(t)
		file := filepath.Join(t.TempDir(), "assertion")
		s.set("AUTH0_CLIENT_ASSERTION_FILE", file)
		s.expect(s.apply(1), append([]string{"`client_assertion_file`: the file cannot be read"}, assertionWays...)...)
		write := func() {
			if err := os.WriteFile(file, []byte(sign()), 0o600); err != nil {
				t.Error(err)
			}
		}
		write()
		s.when("POST", tokens, 1, write) // another program signs again after each use
		s.apply(0)
		s.expectCalls("POST", tokens, 2)
	})
}
