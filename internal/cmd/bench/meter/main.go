// Command meter stands between Terraform and the provider: it runs the provider, and when that has ended writes what its
// process took. Terraform ends the provider itself and tells nobody, and looking at a process from outside misses what
// it did after the last look; a parent is told exactly.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
)

// The environment names the executable to run, and the folder that gets a file for each process.
const (
	providerVariable = "BENCH_PROVIDER"
	folderVariable   = "BENCH_USAGE"
)

// usage is what a file says.
type usage struct {
	CPU  float64 `json:"cpu_seconds"` // of its threads together, user and system
	Peak int64   `json:"peak_bytes"`  // the most memory it held at once, resident; 0: this system does not tell
}

func main() {
	code, err := run(os.Getenv(providerVariable), os.Getenv(folderVariable), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run runs the provider to its end and returns its exit code.
func run(provider, folder string, args []string) (int, error) {
	signal.Ignore(os.Interrupt) // the provider decides when it ends
	cmd := exec.Command(provider, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	state := cmd.ProcessState
	took := usage{CPU: (state.UserTime() + state.SystemTime()).Seconds(), Peak: peak(state)}
	text, err := json.Marshal(took)
	if err != nil {
		return 0, err
	}
	return state.ExitCode(), os.WriteFile(filepath.Join(folder, strconv.Itoa(state.Pid())+".json"), text, 0o600)
}
