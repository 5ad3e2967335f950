package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// script creates an executable that is run instead of the provider.
func script(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "provider")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+content), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	folder := t.TempDir()
	provider := script(t, `i=0; while test $i -lt 20000; do i=$((i+1)); done; test "$1" = argument && exit 3`)
	for range 2 {
		if code, err := run(provider, folder, []string{"argument"}); code != 3 || err != nil {
			t.Fatalf("run: %d, %v, want 3", code, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files: %v, %v, want one for each process", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var took usage
		if err := json.Unmarshal(text, &took); err != nil || took.CPU <= 0 || took.Peak < 100_000 {
			t.Errorf("%s: %v: want more CPU time and memory", text, err)
		}
	}
}

func TestRunWithoutProvider(t *testing.T) {
	folder := t.TempDir()
	if _, err := run(filepath.Join(folder, "missing"), folder, nil); err == nil {
		t.Error("no error for a missing provider")
	}
}
