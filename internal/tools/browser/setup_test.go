package browser_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"
)

const root = "../../.." // of the repository

// executable returns the path of a browser, or "". With BROWSER_REQUIRED, a missing browser is an error.
func executable(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("BROWSER_REQUIRED") != "" {
		t.Fatal("no browser: install chromium")
	}
	t.Skip("no browser: neither chromium nor google-chrome nor chrome is in PATH")
	return ""
}

// tenant is a running emulator.
type tenant struct {
	url         string
	environment []string
}

// build builds a command of the repository and returns its path.
func build(t *testing.T, folder, name, command string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, command)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", command, err, out)
	}
	return path
}

// startTenant runs the emulator until the end of the test.
func startTenant(t *testing.T, program string) tenant {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context())) // until the cleanup, which the browser precedes
	cmd := exec.CommandContext(ctx, program, "-listen", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var messages bytes.Buffer
	cmd.Stderr = &messages
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // ended by the interrupt
	})
	var started tenant
	for lines := bufio.NewScanner(out); len(started.environment) < 3 && lines.Scan(); {
		entry := strings.TrimPrefix(lines.Text(), "export ")
		started.environment = append(started.environment, entry)
		if name, value, _ := strings.Cut(entry, "="); name == "AUTH0_DOMAIN" {
			started.url = value
		}
	}
	if started.url == "" {
		t.Fatalf("the emulator did not start: %s", messages.String())
	}
	return started
}

// workspace is a directory in which Terraform runs with the provider of this repository.
type workspace struct {
	folder, terraform string
	environment       []string
}

// openWorkspace copies the timesheets example, and another one that adds files to it.
func openWorkspace(t *testing.T, addition, binaries string, environment []string) workspace {
	t.Helper()
	w := workspace{folder: filepath.Join(t.TempDir(), "configuration"), terraform: cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")}
	for _, example := range []string{"timesheets", addition} {
		if err := os.CopyFS(w.folder, os.DirFS(filepath.Join(root, "examples", example))); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(binaries, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"timesheets/timesheets\" = %q\n  }\n  direct {}\n}\n", binaries)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.environment = append(os.Environ(), environment...)
	w.environment = append(w.environment, "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return w
}

// run runs Terraform, expects the exit code, and returns its output.
func (w workspace) run(t *testing.T, code int, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), w.terraform, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = w.folder, w.environment
	out, err := cmd.CombinedOutput()
	exit := new(exec.ExitError)
	if err != nil && !errors.As(err, &exit) || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("terraform %s: %v, want exit code %d\n%s", strings.Join(args, " "), err, code, out)
	}
	return string(out)
}

// shown is the part of "terraform show -json" that the test reads, for a plan or for a state.
type shown struct {
	ResourceChanges []struct {
		Address string `json:"address"`
		Change  struct {
			Actions   []string       `json:"actions"`
			Importing map[string]any `json:"importing"`
			Before    map[string]any `json:"before"`
			After     map[string]any `json:"after"`
		} `json:"change"`
	} `json:"resource_changes"`
	Checks []struct {
		Address struct {
			Display string `json:"to_display"`
		} `json:"address"`
		Status string `json:"status"`
	} `json:"checks"`
}

func (w workspace) show(t *testing.T, file ...string) shown {
	t.Helper()
	var s shown
	if err := json.Unmarshal([]byte(w.run(t, 0, append([]string{"show", "-json"}, file...)...)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// check returns the status of the check block job_token.
func (s shown) check() string {
	for _, check := range s.Checks {
		if check.Address.Display == "check.job_token" {
			return check.Status
		}
	}
	return "absent"
}

// tab is a page of the browser that fails the test if a step fails.
type tab struct {
	*rod.Page

	t       *testing.T
	address string
}

// testTimeout limits all steps in the browser.
const testTimeout = 4 * time.Minute

// openTab starts a browser with a profile of its own, and shows the dashboard.
func openTab(t *testing.T, program, address string) tab {
	t.Helper()
	start := launcher.New().Context(t.Context()).Bin(program).Leakless(false).NoSandbox(true).UserDataDir(t.TempDir())
	for _, name := range []string{"disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		start.Set(flags.Flag(name))
	}
	control, err := start.Launch()
	if err != nil {
		t.Fatal(err)
	}
	browser := rod.New().ControlURL(control).WithPanic(func(failure any) {
		t.Helper()
		t.Fatalf("%v\n%s", failure, debug.Stack())
	}).MustConnect()
	t.Cleanup(func() {
		_ = browser.Close()
		start.Cleanup()
	})
	page := browser.MustPage().Timeout(testTimeout)
	opened := tab{Page: page, t: t, address: address}
	opened.watch()
	opened.MustSetViewport(1280, 900, 1, false).MustNavigate(address).MustWaitLoad()
	return opened
}

// watch fails the test for each error in the console, such as a violation of the Content-Security-Policy.
func (b tab) watch() {
	if err := (proto.LogEnable{}).Call(b); err != nil {
		b.t.Fatal(err)
	}
	go b.EachEvent(func(e *proto.LogEntryAdded) {
		if e.Entry.Level == proto.LogLogEntryLevelError {
			b.t.Errorf("the browser reports: %s %s", e.Entry.Text, e.Entry.URL)
		}
	}, func(e *proto.RuntimeExceptionThrown) { b.t.Errorf("a script fails: %s", e.ExceptionDetails.Text) })()
}
