package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
)

// services is the path of the provider registry protocol.
const services = "/v1/providers/"

// registry serves one release with Terraform's provider registry protocol.
type registry struct {
	release release
	public  string            // armored public key that the registry names
	altered map[string][]byte // content that is served instead of that of a file
}

// start serves the registry on a loopback port.
func (g registry) start() *httptest.Server {
	mux := http.NewServeMux()
	path := "GET " + services + "timesheets/timesheets/"
	mux.HandleFunc(path+"versions", g.versions)
	mux.HandleFunc(path+g.release.version+"/download/{os}/{arch}", g.download)
	mux.HandleFunc("GET /files/{name}", g.file)
	return httptest.NewServer(mux)
}

func (g registry) versions(w http.ResponseWriter, _ *http.Request) {
	var platforms []map[string]string
	for _, p := range g.release.platforms {
		platforms = append(platforms, map[string]string{"os": p.os, "arch": p.arch})
	}
	respond(w, map[string]any{"versions": []any{map[string]any{
		"version": g.release.version, "protocols": g.release.protocols, "platforms": platforms,
	}}})
}

func (g registry) download(w http.ResponseWriter, r *http.Request) {
	for _, p := range g.release.platforms {
		if p.os != r.PathValue("os") || p.arch != r.PathValue("arch") {
			continue
		}
		respond(w, map[string]any{
			"protocols": g.release.protocols, "os": p.os, "arch": p.arch,
			"filename": p.file, "download_url": "/files/" + p.file, "shasum": g.sum(p),
			"shasums_url": "/files/" + g.release.sumsFile(), "shasums_signature_url": "/files/" + g.release.signatureFile(),
			"signing_keys": map[string]any{"gpg_public_keys": []any{map[string]string{
				"key_id": g.release.keyID, "ascii_armor": g.public,
			}}},
		})
		return
	}
	http.NotFound(w, r)
}

// sum returns the checksum of an archive in the checksum file that is served.
func (g registry) sum(p platform) string {
	if sums, err := parseSums(g.altered[g.release.sumsFile()]); err == nil && sums[p.file] != "" {
		return sums[p.file]
	}
	return p.sum
}

func (g registry) file(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.PathValue("name"))
	content, altered := g.altered[name]
	if !altered {
		var err error
		if content, err = os.ReadFile(g.release.path(name)); err != nil {
			http.NotFound(w, r)
			return
		}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) // Terraform notices a response that ends early
}

func respond(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // Terraform notices a response that ends early
}
