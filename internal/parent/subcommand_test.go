package parent

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSubcommand starts this test from a shell, and reads the arguments of the shell.
func TestSubcommand(t *testing.T) {
	if want, child := os.LookupEnv("WANTED_SUBCOMMAND"); child {
		if got := Subcommand(); got != want {
			t.Fatalf("the subcommand of the parent is %q, want %q", got, want)
		}
		return
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell: ", err)
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("'"+executable+"' -test.run=TestSubcommand$; exit $?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), shell, "-e", script, "test")
	command.Env = append(os.Environ(), "WANTED_SUBCOMMAND="+script)
	if printed, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, printed)
	}
}

func TestSubcommand_options(t *testing.T) {
	for want, arguments := range map[string][]string{
		"test": {"-chdir=folder", "test", "-verbose"}, "apply": {"apply", "test"}, "": {"-version"},
	} {
		if got := subcommand(arguments); got != want {
			t.Errorf("the subcommand of %q is %q, want %q", arguments, got, want)
		}
	}
}
