package reliability_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// binaries is the directory of the provider that all testbeds share.
var binaries string

// build builds the provider once for all tests.
var build = sync.OnceValues(func() (w cli.Workspace, err error) {
	if binaries, err = os.MkdirTemp("", "reliability-"); err != nil {
		return w, err
	}
	return cli.Build(context.Background(), binaries)
})

// providerWorkspace returns a workspace that uses the provider; its Dir is empty.
func providerWorkspace(t *testing.T) cli.Workspace {
	t.Helper()
	w, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// patience limits the time of one run of Terraform.
const patience = 3 * time.Minute

// run is a running Terraform, with the provider in the same process group.
type run struct {
	testbed *testbed
	what    string
	cmd     *exec.Cmd
	out     bytes.Buffer
	ended   chan struct{}
	cancel  context.CancelFunc
}

// start starts Terraform.
func (s *testbed) start(args ...string) *run {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	args = append([]string{args[0], "-no-color"}, args[1:]...)
	r := &run{testbed: s, what: strings.Join(args, " "), cmd: s.workspace.Command(ctx, args...), ended: make(chan struct{}), cancel: cancel}
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.out
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := r.cmd.Start(); err != nil {
		cancel()
		s.t.Fatal(err)
	}
	go s.watch(r.cmd.Process.Pid, r.ended)
	return r
}

// signal sends a signal to Terraform and to the provider, as a terminal does.
func (r *run) signal(sig syscall.Signal) {
	r.testbed.t.Helper()
	if err := syscall.Kill(-r.cmd.Process.Pid, sig); err != nil {
		r.testbed.t.Fatal(err)
	}
}

// wait waits for the end of a run and returns its exit code and output. The code of a killed run is -1.
func (r *run) wait() (int, string) {
	r.testbed.t.Helper()
	defer r.cancel()
	err := r.cmd.Wait()
	close(r.ended)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.testbed.t.Fatal(err)
	}
	text := r.out.String()
	r.testbed.note(&r.testbed.said, "%s:\n%s\n", r.what, text)
	return r.cmd.ProcessState.ExitCode(), text
}

// terraform runs a command, expects an exit code, and returns the output.
func (s *testbed) terraform(code int, args ...string) string {
	s.t.Helper()
	got, text := s.start(args...).wait()
	if got != code {
		s.t.Fatalf("terraform %s ends with code %d, want %d:\n%s", strings.Join(args, " "), got, code, text)
	}
	return text
}

// apply applies the configuration.
func (s *testbed) apply(code int) string {
	s.t.Helper()
	return s.terraform(code, "apply", "-auto-approve", "-input=false")
}

// plan plans the configuration. pending is the exit code of a plan that is not empty.
func (s *testbed) plan(code int) string {
	s.t.Helper()
	return s.terraform(code, "plan", "-detailed-exitcode", "-input=false")
}

const pending = 2

// watch records the command lines of the processes of a group until the run has ended.
func (s *testbed) watch(group int, ended <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, line := range commandLines(group) {
			s.note(&s.commands, "%s\n", line)
		}
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
}

// commandLines returns the command lines of all processes of a group, if the system reports them.
func commandLines(group int) []string { return slices.Collect(maps.Values(processes(group))) }

// processes returns the command lines of all processes of a group by process ID, if the system reports them.
func processes(group int) map[int]string {
	lines := map[int]string{}
	found, _ := os.ReadDir("/proc") // none on other systems
	for _, entry := range found {
		id, notNumber := strconv.Atoi(entry.Name())
		if notNumber != nil {
			continue
		}
		if of, err := syscall.Getpgid(id); err != nil || of != group {
			continue
		}
		if line, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "cmdline")); err == nil {
			lines[id] = string(line)
		}
	}
	return lines
}

// isProvider reports whether a command line is that of the provider.
func isProvider(line string) bool {
	return strings.Contains(filepath.Base(strings.TrimRight(line, "\x00")), "terraform-provider-timesheets")
}
