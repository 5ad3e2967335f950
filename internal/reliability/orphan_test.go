package reliability_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestKilledTerraform kills Terraform alone while the provider waits or writes. The provider process finishes a write in
// progress, sends no other one, and exits.
func TestKilledTerraform(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the test finds the provider process in /proc")
	}
	t.Parallel()
	subtest(t, "during a write", "job", func(s *testbed) {
		started, finished := make(chan struct{}), make(chan bool, 1)
		waits := s.arrival("POST", clients, 1) // its cancellation is written to the log, which Terraform no longer reads
		s.inject(emulator.Fault{Method: "POST", Route: clients, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "20"}})
		s.front.add(hook{method: "POST", path: apis, nth: 1, serve: func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body) // the server notices the end of a connection only after the body
			if err != nil {
				s.t.Error(err)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			<-waits
			close(started)
			time.Sleep(3 * time.Second)
			finished <- r.Context().Err() == nil
			s.Server.ServeHTTP(w, r)
		}})
		r := s.killTerraform(started)
		before := s.calls("POST", clients)
		if alive := s.providers(r); alive != 1 {
			s.t.Errorf("%d provider processes after the end of Terraform, want 1", alive)
		}
		if !<-finished {
			s.t.Error("the connection of the write was closed before the response")
		}
		s.exits(r)
		s.expectCalls("POST", apis, 1)
		s.expectCalls("POST", clients, before)
	})
	subtest(t, "during a wait", "client", func(s *testbed) {
		s.set("TF_LOG", "") // otherwise the process ends when it writes to the log
		started := s.arrival("POST", clients, 1)
		s.inject(emulator.Fault{Method: "POST", Route: clients, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "20"}})
		s.exits(s.killTerraform(started))
		s.expectCalls("POST", clients, 1)
	})
}

// killTerraform applies, and kills Terraform, but not the provider, once started is closed.
func (s *testbed) killTerraform(started <-chan struct{}) *run {
	s.t.Helper()
	r := s.start("apply", "-auto-approve", "-input=false")
	s.await("the request", started)
	if err := r.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) })
	return r
}

// providers counts the provider processes of a run.
func (s *testbed) providers(r *run) (count int) {
	for _, line := range commandLines(r.cmd.Process.Pid) {
		if isProvider(line) {
			count++
		}
	}
	return count
}

// exits fails the test if the provider process of a run does not exit.
func (s *testbed) exits(r *run) {
	s.t.Helper()
	if !within(20*time.Second, func() bool { return s.providers(r) == 0 }) {
		s.t.Fatal("the provider process outlives Terraform")
	}
	r.wait()
}

// TestProvider_keeps starts the provider without Terraform, ends the process that started it, and sees whether it
// continues, as it must for a debugger.
func TestProvider_keeps(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the test finds the provider process in /proc")
	}
	t.Parallel()
	providerWorkspace(t)
	const cookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	for name, c := range map[string]struct {
		flag, variable string
		continues      bool
	}{
		"Terraform": {"", cookie, false},
		"-debug":    {"-debug", "X=", true},
		"reattach":  {"", "TF_REATTACH_PROVIDERS={}", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := filepath.Join(t.TempDir(), "output")
			shell := exec.CommandContext(t.Context(), "sh", "-c", `"$0" $1 > "$2" & wait`, filepath.Join(binaries, "terraform-provider-timesheets"), c.flag, output)
			shell.Env = append(os.Environ(), cookie, c.variable)
			shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := shell.Start(); err != nil {
				t.Fatal(err)
			}
			group := shell.Process.Pid
			t.Cleanup(func() { _ = syscall.Kill(-group, syscall.SIGKILL) })
			serves := func() bool {
				written, _ := os.ReadFile(output)
				return len(written) > 0
			}
			if !within(20*time.Second, serves) {
				t.Fatal("the provider does not serve")
			}
			if err := shell.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = shell.Wait()
			ended := within(map[bool]time.Duration{true: 3 * time.Second, false: 20 * time.Second}[c.continues], func() bool {
				return len(commandLines(group)) == 0
			})
			if ended == c.continues {
				t.Errorf("the process continues: %v, want %v", !ended, c.continues)
			}
		})
	}
}

// within reports whether a condition becomes true in some time.
func within(limit time.Duration, met func() bool) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); time.Now().Before(end); <-tick.C {
		if met() {
			return true
		}
	}
	return false
}
