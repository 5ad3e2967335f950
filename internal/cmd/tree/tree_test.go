package tree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReleaseFlags compares the flags of Release with the release configuration.
func TestReleaseFlags(t *testing.T) {
	root, err := Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	configuration, err := os.ReadFile(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"      - CGO_ENABLED=0\n", "      - -trimpath\n", "      - -s -w -X main.version={{ .Version }}\n"} {
		if !strings.Contains(string(configuration), flag) {
			t.Errorf("the release configuration has no %q", flag)
		}
	}
}

func TestGo_error(t *testing.T) {
	_, err := Go(t.Context(), "list", "./no/such/folder")
	if err == nil || !strings.Contains(err.Error(), "no/such/folder") {
		t.Errorf("the error is %v", err)
	}
}
