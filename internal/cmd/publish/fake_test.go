package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

const testToken = "canary-token-of-the-owners"

// hcp is the part of HCP Terraform that keeps private providers. Files go to a host of their own, as there, by links that
// work once.
type hcp struct {
	*httptest.Server
	archivist *httptest.Server

	mutex     sync.Mutex
	writes    []string // that succeeded, in order
	failAt    int      // the write with this number fails, counted from 1; 0 for none
	tried     int
	provider  bool
	key       string
	version   *versionAttributes
	platforms map[string]*platformAttributes
	files     map[string][]byte // uploaded content by place
	pageSize  int
	problems  []string // requests that the service would not understand
}

func startHCP(t *testing.T) *hcp {
	t.Helper()
	h := &hcp{platforms: map[string]*platformAttributes{}, files: map[string][]byte{}, pageSize: 2}
	mux := http.NewServeMux()
	const base = "/api/v2/organizations/acme/registry-providers"
	const provider = base + "/private/acme/timesheets"
	mux.HandleFunc("GET "+provider, h.when(func() bool { return h.provider }, func(http.ResponseWriter, *http.Request) any { return providerAttributes{} }))
	mux.HandleFunc("POST "+base, h.write(h.createProvider))
	mux.HandleFunc("GET /api/registry/private/v2/gpg-keys/acme/{id}", func(w http.ResponseWriter, r *http.Request) {
		h.when(func() bool { return h.key == r.PathValue("id") }, func(http.ResponseWriter, *http.Request) any { return keyAttributes{KeyID: h.key} })(w, r)
	})
	mux.HandleFunc("POST /api/registry/private/v2/gpg-keys", h.write(h.addKey))
	mux.HandleFunc("GET "+provider+"/versions/1.2.3", h.when(func() bool { return h.version != nil }, func(http.ResponseWriter, *http.Request) any { return *h.version }))
	mux.HandleFunc("POST "+provider+"/versions", h.write(h.createVersion))
	mux.HandleFunc("GET "+provider+"/versions/1.2.3/platforms", h.listPlatforms)
	mux.HandleFunc("POST "+provider+"/versions/1.2.3/platforms", h.write(h.createPlatform))
	h.Server = httptest.NewServer(h.guard(mux))
	h.archivist = httptest.NewServer(http.HandlerFunc(h.upload))
	t.Cleanup(h.Close)
	t.Cleanup(h.archivist.Close)
	return h
}

// guard refuses what HCP Terraform would: another token, another content type.
func (h *hcp) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+testToken {
			refuse(w, http.StatusUnauthorized, "unauthorized")
			return
		}
		if got := r.Header.Get("Content-Type"); got != "application/vnd.api+json" {
			h.problems = append(h.problems, r.Method+" with content type "+got)
		}
		next.ServeHTTP(w, r)
	})
}

// when answers with an object where it is there.
func (h *hcp) when(there func() bool, attributes func(http.ResponseWriter, *http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !there() {
			refuse(w, http.StatusNotFound, "not found")
			return
		}
		h.answer(w, http.StatusOK, attributes(w, r))
	}
}

// write carries out a POST, unless it is this one's turn to fail.
func (h *hcp) write(act func(attributes json.RawMessage, kind string) (what string, made any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body document[struct {
			Type       string          `json:"type"`
			Attributes json.RawMessage `json:"attributes"`
		}]
		content, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(content, &body); err != nil {
			h.problems = append(h.problems, err.Error())
		}
		if h.fails() {
			refuse(w, http.StatusInternalServerError, "out of order")
			return
		}
		what, made := act(body.Data.Attributes, body.Data.Type)
		if made == nil {
			refuse(w, http.StatusUnprocessableEntity, what)
			return
		}
		h.writes = append(h.writes, what)
		h.answer(w, http.StatusCreated, made)
	}
}

func (h *hcp) fails() bool {
	h.tried++
	return h.tried == h.failAt
}

// answer writes an object with the links that lead to what is still to be uploaded.
func (h *hcp) answer(w http.ResponseWriter, status int, attributes any) {
	object := map[string]any{"attributes": attributes, "links": h.links(attributes)}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"data": object})
}

func (h *hcp) links(attributes any) map[string]string {
	found := map[string]string{}
	add := func(uploaded bool, link, place string) {
		if !uploaded {
			found[link] = h.archivist.URL + "/object/" + place
		}
	}
	switch a := attributes.(type) {
	case versionAttributes:
		add(a.SumsUploaded, "shasums-upload", "sums")
		add(a.SignatureUploaded, "shasums-sig-upload", "signature")
	case platformAttributes:
		add(a.Uploaded, "provider-binary-upload", a.OS+"_"+a.Arch)
	}
	return found
}

func (h *hcp) createProvider(attributes json.RawMessage, kind string) (string, any) {
	const want = `{"name":"timesheets","namespace":"acme","registry-name":"private"}`
	if kind != "registry-providers" || string(attributes) != want || h.provider {
		return "no provider: " + string(attributes), nil
	}
	h.provider = true
	return "provider", providerAttributes{}
}

func (h *hcp) addKey(attributes json.RawMessage, kind string) (string, any) {
	var key keyAttributes
	if json.Unmarshal(attributes, &key) != nil || kind != "gpg-keys" || key.Namespace != "acme" || h.key != "" {
		return "no key: " + string(attributes), nil
	}
	_, id, armored := strings.Cut(strings.TrimSpace(key.Armor), "armored ")
	if !armored {
		return "no armored key", nil
	}
	h.key = id
	return "key", keyAttributes{KeyID: id}
}

func (h *hcp) createVersion(attributes json.RawMessage, kind string) (string, any) {
	var version versionAttributes
	if json.Unmarshal(attributes, &version) != nil || kind != "registry-provider-versions" || h.version != nil || !h.provider || version.KeyID != h.key {
		return "no version: " + string(attributes), nil
	}
	h.version = &version
	return "version " + version.Version, version
}

func (h *hcp) createPlatform(attributes json.RawMessage, kind string) (string, any) {
	var platform platformAttributes
	name := ""
	if json.Unmarshal(attributes, &platform) == nil {
		name = platform.OS + "_" + platform.Arch
	}
	if kind != "registry-provider-platforms" || h.version == nil || h.platforms[name] != nil {
		return "no platform: " + string(attributes), nil
	}
	h.platforms[name] = &platform
	return "platform " + name, platform
}

// listPlatforms answers in pages, in no order of the caller's.
func (h *hcp) listPlatforms(w http.ResponseWriter, r *http.Request) {
	if h.version == nil {
		refuse(w, http.StatusNotFound, "not found")
		return
	}
	page := 1
	_, _ = fmt.Sscan(r.URL.Query().Get("page[number]"), &page)
	all := []any{}
	for _, name := range []string{"windows_386", "linux_amd64", "darwin_arm64"} {
		if p := h.platforms[name]; p != nil {
			all = append(all, map[string]any{"attributes": *p, "links": h.links(*p)})
		}
	}
	from, to := min((page-1)*h.pageSize, len(all)), min(page*h.pageSize, len(all))
	pagination := map[string]any{"next-page": nil}
	if to < len(all) {
		pagination["next-page"] = page + 1
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": all[from:to], "meta": map[string]any{"pagination": pagination}})
}

// upload takes a file where it is expected, once, from somebody who has the link and shows no token.
func (h *hcp) upload(w http.ResponseWriter, r *http.Request) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	place := strings.TrimPrefix(r.URL.Path, "/object/")
	content, _ := io.ReadAll(r.Body)
	if r.Method != http.MethodPut || r.Header.Get("Authorization") != "" || r.Header.Get("Content-Type") != "application/octet-stream" || h.files[place] != nil {
		h.problems = append(h.problems, fmt.Sprintf("%s to %s: %v", r.Method, place, r.Header))
	}
	if h.fails() {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	h.files[place] = content
	switch p := h.platforms[place]; {
	case place == "sums":
		h.version.SumsUploaded = true
	case place == "signature":
		h.version.SignatureUploaded = true
	case p.Sum != release.Sum(content):
		h.problems = append(h.problems, "the sum of "+place+" is another")
	default:
		p.Uploaded = true
	}
	h.writes = append(h.writes, "upload "+place)
}

func refuse(w http.ResponseWriter, status int, detail string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"title": "refused", "detail": detail}}})
}
