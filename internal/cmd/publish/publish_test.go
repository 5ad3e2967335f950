package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/release/sample"
)

// inOrder is what a first run writes.
var inOrder = []string{
	"provider", "key", "version 1.2.3", "upload sums", "upload signature",
	"platform darwin_arm64", "upload darwin_arm64", "platform linux_amd64", "upload linux_amd64", "platform windows_386", "upload windows_386",
}

// desk is where somebody publishes from.
type desk struct {
	dist, key string
	files     sample.Files
}

func newDesk(t *testing.T) desk {
	t.Helper()
	d := desk{dist: t.TempDir(), key: filepath.Join(t.TempDir(), "public.asc")}
	var err error
	if d.files, err = sample.New(); err != nil {
		t.Fatal(err)
	}
	if err := d.files.Write(d.dist); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.key, []byte("armored "+sample.KeyID+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// publish runs the command and returns what it printed.
func (d desk) publish(t *testing.T, h *hcp, more ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	args := append([]string{"-address", h.URL, "-organization", "acme", "-dist", d.dist, "-key", d.key}, more...)
	err := run(t.Context(), args, testToken, &out, io.Discard)
	said := out.String()
	if err != nil {
		said += err.Error()
	}
	if strings.Contains(said, testToken) || strings.Contains(said, h.archivist.URL) {
		t.Errorf("the token or a link to upload to was printed: %s", said)
	}
	for _, problem := range h.problems {
		t.Error(problem)
	}
	return out.String(), err
}

// complete looks that the registry holds the whole release, each part written once and in an order it takes.
func (d desk) complete(t *testing.T, h *hcp) {
	t.Helper()
	if !slices.Equal(h.writes, inOrder) {
		t.Errorf("writes\n%q, want\n%q", h.writes, inOrder)
	}
	for place, file := range map[string]string{
		"sums": "SHA256SUMS", "signature": "SHA256SUMS.sig",
		"darwin_arm64": "darwin_arm64.zip", "linux_amd64": "linux_amd64.zip", "windows_386": "windows_386.zip",
	} {
		if !bytes.Equal(h.files[place], d.files[sample.Named(file)]) {
			t.Errorf("%s does not hold %s", place, file)
		}
	}
	if !slices.Equal(h.version.Protocols, []string{"6.0"}) || h.version.KeyID != sample.KeyID {
		t.Errorf("version %+v", h.version)
	}
}

func TestPublish(t *testing.T) {
	h, d := startHCP(t), newDesk(t)
	if _, err := d.publish(t, h); err != nil {
		t.Fatal(err)
	}
	d.complete(t, h)
	for _, args := range [][]string{nil, {"-dry-run"}, {"-key", ""}} {
		said, err := d.publish(t, h, args...)
		if err != nil || said != "" || len(h.writes) != len(inOrder) {
			t.Errorf("again with %q: %v, %q, writes %q", args, err, said, h.writes)
		}
	}
}

// TestResume lets each write fail in turn: the next run writes what is missing and nothing twice.
func TestResume(t *testing.T) {
	for n := range inOrder {
		t.Run(inOrder[n], func(t *testing.T) {
			h, d := startHCP(t), newDesk(t)
			h.failAt = n + 1
			if _, err := d.publish(t, h); err == nil {
				t.Fatal("nobody noticed")
			}
			if !slices.Equal(h.writes, inOrder[:n]) {
				t.Errorf("after the failure it went on: %q", h.writes)
			}
			if _, err := d.publish(t, h); err != nil {
				t.Fatal(err)
			}
			d.complete(t, h)
		})
	}
}

const dryRun = `create provider acme/timesheets
add key 0123456789ABCDEF
create version 1.2.3
upload terraform-provider-timesheets_1.2.3_SHA256SUMS
upload terraform-provider-timesheets_1.2.3_SHA256SUMS.sig
create platform darwin_arm64
upload terraform-provider-timesheets_1.2.3_darwin_arm64.zip
create platform linux_amd64
upload terraform-provider-timesheets_1.2.3_linux_amd64.zip
create platform windows_386
upload terraform-provider-timesheets_1.2.3_windows_386.zip
`

func TestDryRun(t *testing.T) {
	h, d := startHCP(t), newDesk(t)
	said, err := d.publish(t, h, "-dry-run")
	if err != nil || said != dryRun || h.tried != 0 {
		t.Errorf("%v, %d writes, said\n%s", err, h.tried, said)
	}
	done, err := d.publish(t, h)
	if err != nil || done != dryRun {
		t.Errorf("the dry run said one thing, and done was another: %v\n%s", err, done)
	}
}

// TestRefused: what is there already, and differs, stops the run before it writes anything.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *hcp, d *desk)
		args   []string
		want   string
	}{
		"another archive":      {func(h *hcp, _ *desk) { h.platforms["darwin_arm64"].Sum = strings.Repeat("0", 64) }, nil, "never replaced"},
		"another key":          {func(h *hcp, _ *desk) { h.version.KeyID = "FEDCBA9876543210" }, nil, "never replaced"},
		"another protocol":     {func(h *hcp, _ *desk) { h.version.Protocols = []string{"5.0"} }, nil, "never replaced"},
		"key neither known":    {func(h *hcp, _ *desk) { h.key = "" }, []string{"-key", ""}, "-key"},
		"release is not whole": {func(_ *hcp, d *desk) { _ = os.Remove(filepath.Join(d.dist, sample.Named("linux_amd64.zip"))) }, nil, "linux_amd64"},
		"no organization":      {func(*hcp, *desk) {}, []string{"-organization", ""}, "-organization"},
		"not over https":       {func(*hcp, *desk) {}, []string{"-address", "http://app.terraform.io"}, "https"},
		"no such key file":     {func(_ *hcp, d *desk) { d.key += ".gone" }, nil, ".gone"},
	} {
		t.Run(name, func(t *testing.T) {
			h, d := startHCP(t), newDesk(t)
			if _, err := d.publish(t, h); err != nil {
				t.Fatal(err)
			}
			c.change(h, &d)
			_, err := d.publish(t, h, c.args...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that tells of %s", err, c.want)
			}
			if len(h.writes) != len(inOrder) {
				t.Errorf("it wrote %q", h.writes[len(inOrder):])
			}
		})
	}
}

func TestOtherKeyInTheFile(t *testing.T) {
	h, d := startHCP(t), newDesk(t)
	if err := os.WriteFile(d.key, []byte("armored FEDCBA9876543210"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish(t, h); err == nil || !strings.Contains(err.Error(), "FEDCBA9876543210") || h.version != nil {
		t.Errorf("error %v, version %v", err, h.version)
	}
}

func TestToken(t *testing.T) {
	h, d := startHCP(t), newDesk(t)
	args := []string{"-address", h.URL, "-organization", "acme", "-dist", d.dist, "-key", d.key}
	for token, want := range map[string]string{"": tokenVariable, "a-strangers": "401"} {
		err := run(t.Context(), args, token, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

// TestRedirect: a token is for the host it was made for.
func TestRedirect(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	host := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer host.Close()
	d := newDesk(t)
	err := run(t.Context(), []string{"-address", host.URL, "-organization", "acme", "-dist", d.dist}, testToken, io.Discard, io.Discard)
	if err == nil || reached {
		t.Errorf("error %v, the other host was reached: %v", err, reached)
	}
}
