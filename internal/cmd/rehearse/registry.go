package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

// services is where the registry answers for providers.
const services = "/v1/providers/"

// registry serves one release over Terraform's provider registry protocol. altered holds what it serves in place of
// files of the release.
type registry struct {
	release release.Release
	public  string // armored key that it says releases are signed by
	altered map[string][]byte
}

// start serves the registry on a loopback port.
func (g registry) start() *httptest.Server { return httptest.NewServer(g.handler()) }

func (g registry) handler() http.Handler {
	mux := http.NewServeMux()
	provider := "GET " + services + "timesheets/timesheets/"
	mux.HandleFunc("GET /.well-known/terraform.json", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"providers.v1": services})
	})
	mux.HandleFunc(provider+"versions", g.versions)
	mux.HandleFunc(provider+g.release.Version+"/download/{os}/{arch}", g.download)
	mux.HandleFunc("GET /files/{name}", g.file)
	return mux
}

func (g registry) versions(w http.ResponseWriter, _ *http.Request) {
	type platform struct {
		OS   string `json:"os"`
		Arch string `json:"arch"`
	}
	var platforms []platform
	for _, p := range g.release.Platforms {
		platforms = append(platforms, platform{p.OS, p.Arch})
	}
	answer(w, map[string]any{"versions": []any{map[string]any{
		"version": g.release.Version, "protocols": g.release.Protocols, "platforms": platforms,
	}}})
}

func (g registry) download(w http.ResponseWriter, r *http.Request) {
	for _, p := range g.release.Platforms {
		if p.OS != r.PathValue("os") || p.Arch != r.PathValue("arch") {
			continue
		}
		answer(w, map[string]any{
			"protocols": g.release.Protocols, "os": p.OS, "arch": p.Arch,
			"filename": p.File, "download_url": "/files/" + p.File, "shasum": g.sum(p),
			"shasums_url": "/files/" + g.release.SumsFile(), "shasums_signature_url": "/files/" + g.release.SignatureFile(),
			"signing_keys": map[string]any{"gpg_public_keys": []any{map[string]string{
				"key_id": g.release.Signature.KeyID, "ascii_armor": g.public,
			}}},
		})
		return
	}
	http.NotFound(w, r)
}

// sum is what the checksum file that is served says of an archive.
func (g registry) sum(p release.Platform) string {
	for line := range strings.Lines(string(g.altered[g.release.SumsFile()])) {
		if sum, listed := strings.CutSuffix(strings.TrimSpace(line), "  "+p.File); listed {
			return sum
		}
	}
	return p.Sum
}

func (g registry) file(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.PathValue("name"))
	content, altered := g.altered[name]
	if !altered {
		var err error
		if content, err = os.ReadFile(g.release.Path(name)); err != nil {
			http.NotFound(w, r)
			return
		}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(fmt.Errorf("write what was made of plain values: %w", err))
	}
}
