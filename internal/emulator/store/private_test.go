//go:build unix

package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/privatefile"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// TestStore_tightens opens a state file that others can read, and a file of another kind, which must not change.
func TestStore_tightens(t *testing.T) {
	dir := t.TempDir()
	state, foreign := filepath.Join(dir, "state"), filepath.Join(dir, "foreign")
	if err := open(t, state).Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(foreign, []byte("another program's file"), 0o644), os.Chmod(state, 0o644)); err != nil {
		t.Fatal(err)
	}
	open(t, state)
	if _, err := store.Open(foreign); !errors.Is(err, store.ErrForeign) {
		t.Error(err)
	}
	for path, want := range map[string]os.FileMode{state: 0o600, foreign: 0o644} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want %v", path, info.Mode(), want)
		}
	}
}

// TestStore_notRegular names a link or a FIFO as the state file or as the file that a new state is written to first.
func TestStore_notRegular(t *testing.T) {
	for name, create := range map[string]func(path string) error{
		"link":          func(path string) error { return os.Symlink(path+".target", path) },
		"FIFO":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"link for .new": func(path string) error { return os.Symlink(path+".target", path+".new") },
		"FIFO for .new": func(path string) error { return syscall.Mkfifo(path+".new", 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state")
			target := path + ".target"
			if err := errors.Join(create(path), os.WriteFile(target, []byte("kept"), 0o600)); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(path); !errors.Is(err, privatefile.ErrNotRegular) {
				t.Error(err)
			}
			if data, err := os.ReadFile(target); err != nil || string(data) != "kept" {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
}

// TestStore_leftover creates a state next to a temporary file of a killed process, and next to one that another process
// writes.
func TestStore_leftover(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(path+".new", make([]byte, 1000), 0o644); err != nil {
		t.Fatal(err)
	}
	other, err := os.OpenFile(path+".new", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path); !errors.Is(err, store.ErrInUse) {
		t.Error(err)
	}
	if info, err := other.Stat(); err != nil || info.Size() != 1000 {
		t.Error("a file in use was truncated:", info.Size(), err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() >= 1000 {
		t.Error(info.Mode(), info.Size(), err)
	}
}
