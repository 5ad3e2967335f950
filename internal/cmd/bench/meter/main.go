// Command meter runs the provider for Terraform, and writes a file with the CPU time and the peak memory of its process after
// it has ended. Only the parent of a process receives exact values from the system.
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

// Environment variables with the executable to run, and the directory in which each process gets a file.
const (
	providerVariable = "BENCH_PROVIDER"
	folderVariable   = "BENCH_USAGE"
)

// usage is the content of a file.
type usage struct {
	CPU  float64 `json:"cpu_seconds"` // user and system time of all threads
	Peak int64   `json:"peak_bytes"`  // maximum resident memory; 0 if the system does not report it
}

func main() {
	code, err := run(os.Getenv(providerVariable), os.Getenv(folderVariable), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run runs the provider until it ends and returns its exit code.
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
