package acctest_test

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestCanariesIn inserts a secret in each encoding into other text, and expects it there and nowhere else.
func TestCanariesIn(t *testing.T) {
	secret := acctest.Canary()
	canaries := acctest.Canaries{"the secret": secret, "another": acctest.Canary()}
	reversed := []byte(secret)
	slices.Reverse(reversed)
	texts := map[string]string{
		"as it is":           secret,
		"the beginning":      secret[:12] + "…",
		"the end":            secret[len(secret)/2:],
		"backwards":          string(reversed),
		"in a query":         url.Values{"x": {secret}}.Encode(),
		"in a path":          "/x/" + url.PathEscape(secret),
		"quoted":             fmt.Sprintf("%q", secret),
		"in hexadecimal":     fmt.Sprintf("%x", secret),
		"in HTML-safe JSON":  `"` + strings.NewReplacer(`"`, `\"`, "<", `\u003c`, "&", `\u0026`).Replace(secret) + `"`,
		"half of it swapped": secret[len(secret)/2:] + secret[:len(secret)/2],
	}
	for shift := range 3 {
		neighbors := "abc"[:shift] + secret + "zz"
		texts[fmt.Sprintf("base64 %d", shift)] = base64.StdEncoding.EncodeToString([]byte(neighbors))
		texts[fmt.Sprintf("base64 for addresses %d", shift)] = base64.RawURLEncoding.EncodeToString([]byte(neighbors))
	}
	for encoding, text := range texts {
		t.Run(encoding, func(t *testing.T) {
			found := canaries.In([]byte("before " + text + " after"))
			if len(found) == 0 {
				t.Fatalf("the secret was not found in %q", text)
			}
			for _, description := range found {
				if !strings.HasPrefix(description, "the secret, ") {
					t.Errorf("%s was found in a text without it", description)
				}
			}
		})
	}
	if found := canaries.In([]byte("nothing " + acctest.Canary())); found != nil {
		t.Errorf("%v was found in a text without it", found)
	}
}

// TestArtifacts expects the content of files, archives and private state.
func TestArtifacts(t *testing.T) {
	dir := t.TempDir()
	state := `{"resources":[{"type":"a","name":"b","instances":[{"private":"` + base64.StdEncoding.EncodeToString([]byte("private")) + `"}]}]}`
	if err := os.MkdirAll(filepath.Join(dir, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"terraform.tfstate": state, "deep/log": "line", "terraform.tfstate.backup": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := os.Create(filepath.Join(dir, "the.plan"))
	if err != nil {
		t.Fatal(err)
	}
	writer := zip.NewWriter(archive)
	for name, content := range map[string]string{"tfplan": "planned", "tfstate-prev": state} {
		member, err := writer.Create(name)
		if err == nil {
			_, err = member.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := acctest.Artifacts(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"terraform.tfstate": state,
		"deep/log":          "line",
		"the.plan/tfplan":   "planned",
		"terraform.tfstate, private state of a.b[0]":     "private",
		"the.plan/tfstate-prev, private state of a.b[0]": "private",
	} {
		if got, ok := found[name]; !ok || string(got) != content {
			t.Errorf("%s contains %q, want %q", name, got, content)
		}
	}
}
