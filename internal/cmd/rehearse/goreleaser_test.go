package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManifestIsPublished: the manifest must be among the checksums and among the files of the release, each of which
// GoReleaser is told separately; a release without it cannot be mended, since a registry reads it once.
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
