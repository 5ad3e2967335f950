package main

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// TestDiscovery: Terraform finds the registry by its host alone, over https and by the discovery document.
func TestDiscovery(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux does an environment variable make Terraform trust a certificate")
	}
	h := opened(t)
	server := httptest.NewTLSServer(registry{release: h.release, public: h.keys.public}.handler())
	defer server.Close()
	w := cli.Workspace{CLI: h.cli, Dir: t.TempDir()}
	place := func(name, content string) string {
		path := filepath.Join(w.Dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	w.ConfigFile = place("cli.tfrc", "disable_checkpoint = true\nprovider_installation {\n  direct {}\n}\n")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	w.Environment = []string{"SSL_CERT_FILE=" + place("authority.pem", string(authority))}
	place("main.tf", fmt.Sprintf(`terraform {
  required_providers {
    timesheets = {
      source  = "%s/timesheets/timesheets"
      version = "~> %s"
    }
  }
}
`, strings.TrimPrefix(server.URL, "https://"), h.release.Version))
	output, err := w.Run(t.Context(), "init", "-no-color")
	if err != nil || output.Code != 0 {
		t.Fatalf("%v: %v", err, output.Failure())
	}
	if err := h.locked(w); err != nil {
		t.Error(err)
	}
}
