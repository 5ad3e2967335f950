package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAccessCheckAcrossModules depends on the module of the API: the check is then read in every apply that changes the
// API, the client or the grant, after the change, and the second plan is empty.
func TestAccessCheckAcrossModules(t *testing.T) {
	s := build(t).site(t, "testdata/TestAccessCheckAcrossModules", emulator.Options{})
	s.run(t, "get")
	var args []string
	for _, step := range []struct {
		change     string
		authorized bool
		algorithm  string
		scope      string
	}{
		{"-var=signing_alg=RS256", true, "RS256", "batch:upload"},
		{"-var=signing_alg=PS256", true, "PS256", "batch:upload"},
		{`-var=grant_types=["authorization_code"]`, false, "", ""},
		{`-var=grant_types=["client_credentials"]`, true, "PS256", "batch:upload"},
		{`-var=scopes=["read:timesheets"]`, true, "PS256", "read:timesheets"},
	} {
		args = append(args, step.change)
		s.apply(t, args...)
		if got := s.check(t); got.Authorized != step.authorized || got.Algorithm != step.algorithm || len(got.Scopes) > 0 && got.Scopes[0] != step.scope {
			t.Errorf("%s: the result is %+v, want %+v", step.change, got, step)
		}
		s.unchanged(t, args...)
	}
}

// accessCheck is an output with the result of an access check.
type accessCheck struct {
	Authorized bool
	Algorithm  string
	Scopes     []string
}

func (s site) check(t *testing.T) (found accessCheck) {
	t.Helper()
	output, err := s.workspace.Run(t.Context(), "output", "-json", "check")
	if err == nil {
		err = json.Unmarshal(output.Stdout, &found)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, output.Stderr)
	}
	return found
}
