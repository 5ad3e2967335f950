//go:build unix

package privatefile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/privatefile"
)

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// TestNotRegular tries every kind of path that is not a regular file. None is opened, written, replaced, or followed.
func TestNotRegular(t *testing.T) {
	dir := t.TempDir()
	target, link, dangling := filepath.Join(dir, "target"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	fifo, missing := filepath.Join(dir, "fifo"), filepath.Join(dir, "missing")
	for _, err := range []error{
		os.WriteFile(target, []byte("kept"), 0o644), os.Symlink(target, link), os.Symlink(missing, dangling), syscall.Mkfifo(fifo, 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// A device is not among them: a defect must not replace one of the machine.
	for _, path := range []string{link, dangling, fifo, dir} {
		before := mode(t, path)
		if err := privatefile.Write(path, []byte("x")); !errors.Is(err, privatefile.ErrNotRegular) {
			t.Errorf("Write %s: %v", path, err)
		}
		file, err := privatefile.Open(path, os.O_RDWR|os.O_CREATE)
		if !errors.Is(err, privatefile.ErrNotRegular) {
			t.Errorf("Open %s: %v", path, err)
		}
		if err == nil {
			_ = file.Close()
		}
		if after := mode(t, path); after != before {
			t.Errorf("%s: %v became %v", path, before, after)
		}
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "kept" {
		t.Errorf("the target of the link: %q, %v", data, err)
	}
	if _, err := os.Lstat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the target of the dangling link:", err)
	}
}

func TestMode(t *testing.T) {
	dir := t.TempDir()
	opened, written := filepath.Join(dir, "opened"), filepath.Join(dir, "written")
	for _, path := range []string{opened, written} {
		if err := os.WriteFile(path, []byte("a longer text"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := privatefile.Write(written, []byte("x")); err != nil {
		t.Fatal(err)
	}
	file, err := privatefile.Open(opened, os.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	if got := mode(t, opened).Perm(); got == 0o600 {
		t.Error("Open changed the mode")
	}
	if err := errors.Join(privatefile.Restrict(file), file.Close()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{opened, written} {
		if got := mode(t, path); got != 0o600 {
			t.Errorf("%s has mode %v", path, got)
		}
	}
	if data, err := os.ReadFile(written); err != nil || string(data) != "x" {
		t.Errorf("%q, %v", data, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Error("temporary files remain:", entries, err)
	}
}
