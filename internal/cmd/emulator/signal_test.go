//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fifo creates a FIFO without a reader or writer.
func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spawn starts the command and does not wait for its output.
func spawn(t *testing.T, args ...string) *exec.Cmd { return spawnTo(t, nil, args...) }

func spawnTo(t *testing.T, output *os.File, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Env = append(os.Environ(), "EMULATOR_TEST_COMMAND=1")
	if output != nil {
		command.Stdout = output
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command
}

// stall sends a part of a request, or a request with a delayed response, and keeps the connection open.
func stall(t *testing.T, p *process, text string) {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.env["AUTH0_DOMAIN"], "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
}

// TestSignal sends SIGTERM in every phase: while the command waits for its seed, for a reader of its output, and for a
// request, and while requests are in progress.
func TestSignal(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) *exec.Cmd{
		"seed that never comes": func(t *testing.T) *exec.Cmd {
			return spawn(t, "-seed", fifo(t))
		},
		"output that is not read": func(t *testing.T) *exec.Cmd {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = errors.Join(reader.Close(), writer.Close()) })
			full := make([]byte, 4096)
			for written := 0; written < 1<<16; written += len(full) { // the capacity of a pipe
				if err := writer.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
					t.Fatal(err)
				}
				if _, err := writer.Write(full); err != nil {
					break
				}
			}
			return spawnTo(t, writer, "-listen", "127.0.0.1:0")
		},
		"no request": func(t *testing.T) *exec.Cmd { return launch(t, "-listen", "127.0.0.1:0").Cmd },
		"a request in progress": func(t *testing.T) *exec.Cmd {
			p := launch(t, "-listen", "127.0.0.1:0")
			stall(t, p, "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
			return p.Cmd
		},
		"a delayed response": func(t *testing.T) *exec.Cmd {
			p := launch(t, "-listen", "127.0.0.1:0")
			if status, err := p.ask(t.Context(), "POST", "/_emulator/faults", "", `{"delay":60000000000}`, new(bytes.Buffer)); err != nil || status != 204 {
				t.Fatal(status, err)
			}
			stall(t, p, "GET /.well-known/jwks.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
			return p.Cmd
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := start(t)
			time.Sleep(500 * time.Millisecond)
			if err := command.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- command.Wait() }()
			select {
			case <-ended:
			case <-time.After(20 * time.Second):
				t.Error("SIGTERM did not end the command")
				_ = command.Process.Kill()
				<-ended
			}
		})
	}
}

// TestTargets names a FIFO, a directory and a symbolic link as files to write. The command rejects each.
func TestTargets(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(target, []byte("kept"), 0o644), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"-state", "-env-out", "-ca-out"} {
		for _, path := range []string{link, fifo(t), dir} {
			command := spawn(t, "-listen", "127.0.0.1:0", "-tls", flag, path)
			timer := time.AfterFunc(20*time.Second, func() { _ = command.Process.Kill() })
			if err := command.Wait(); err == nil || !timer.Stop() {
				t.Error(flag, path, "is accepted or blocks:", err)
			}
		}
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "kept" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestFiles writes every file with mode 0600, also over files that others can read.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	state, env, ca := filepath.Join(dir, "state"), filepath.Join(dir, "env"), filepath.Join(dir, "ca")
	args := []string{"-listen", "127.0.0.1:0", "-tls", "-state", state, "-env-out", env, "-ca-out", ca}
	for round := range 2 {
		p := launch(t, args...)
		for _, path := range []string{state, env, ca} {
			if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
				t.Error(round, path, info.Mode(), err)
			}
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
	}
}
