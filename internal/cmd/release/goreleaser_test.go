package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManifestIsPublished wants the manifest in the checksums and in the files of the release, which are separate settings
// of GoReleaser. A release without it cannot be corrected, because a registry reads it once.
func TestManifestIsPublished(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(moduleRoot, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range []string{"\nchecksum:", "\nrelease:"} {
		_, after, _ := strings.Cut(string(content), section)
		if next := strings.Index(after, "\n\n"); next >= 0 {
			after = after[:next]
		}
		for _, want := range []string{"glob: " + manifest, `name_template: "{{ .ProjectName }}_{{ .Version }}_manifest.json"`} {
			if !strings.Contains(after, want) {
				t.Errorf("the section %s has no %s", strings.TrimSpace(section), want)
			}
		}
	}
}
