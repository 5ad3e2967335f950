package emulator_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const recordedModule = "github.com/auth0/go-auth0@v1.47.0"

// recordings finds the recordings of a real tenant that come with the vendor's SDK, in the module cache.
func recordings(t *testing.T) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", recordedModule)
	command.Dir = t.TempDir() // outside the module, whose go.mod does not know this version
	out, err := command.Output()
	var found struct{ Dir string }
	if err != nil || json.Unmarshal(out, &found) != nil || found.Dir == "" {
		t.Skipf("%s cannot be had: %v", recordedModule, err)
	}
	return filepath.Join(found.Dir, "test", "data", "recordings")
}

var (
	ourPaths   = regexp.MustCompile(`^/api/v2/(clients|resource-servers|client-grants|keys/signing)(/|$)`)
	otherPaths = regexp.MustCompile(`/(connections|organizations|cimd)(/|$)`)
)

// Members the recorder writes though no tenant sent them, or that change from call to call.
var unstable = map[string]bool{
	"length": true, "next": true, "signing_keys": true, "client_secret": true, "encrypted": true, "tenant": true, "created_at": true,
	"updated_at": true, "cert": true, "pkcs7": true, "fingerprint": true, "thumbprint": true, "current_since": true, "current_until": true,
	"revoked_at": true, "current": true, "previous": true, "revoked": true, "expires_at": true, "total": true,
	// The recorder drops it.
	"global": true, "callback_url_template": true, "cross_origin_auth": true, "signing_secret": true,
	// Older tenants did not send them yet; one tenant had a feature on.
	"cross_origin_authentication": true, "subject_type_authorization": true, "subject_type": true, "async_approval_notification_channels": true,
}

// foreign are exchanges about what that tenant held besides, or that the recording itself makes up.
var foreign = map[string]bool{
	"TestClient_CIMDFields.yaml 1": true, "TestClient_List.yaml 1": true, "TestClientGrant_IsSystem.yaml 10": true,
	"TestResourceServer_ExpressConfiguration.yaml 9": true, "TestClient_MyOrganizationConfiguration.yaml 3": true,
	"TestSigningKey/Revoke.yaml 1": true, // the key's id is redacted: it names any key
}

// TestReplay sends what a real tenant was sent, ids mapped, and compares what it answered.
func TestReplay(t *testing.T) {
	root := recordings(t)
	total, differing := 0, 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		r := &replay{t: t, ids: map[string]string{}}
		for _, e := range readCassette(t, path) {
			at, err := url.Parse(e.url)
			if err != nil || !ourPaths.MatchString(at.Path) || otherPaths.MatchString(at.Path) || foreign[name+" "+e.id] {
				continue
			}
			if r.tenant == nil {
				r.tenant = start(t)
			}
			total++
			if differences := r.play(e, at); len(differences) > 0 {
				differing++
				t.Logf("%s %s %s %s:\n\t%s", name, e.id, e.method, at.RequestURI(), strings.Join(differences, "\n\t"))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d exchanges, %d differ", total, differing)
	if total < 250 || differing*100 > total*2 {
		t.Errorf("%d of %d exchanges differ", differing, total)
	}
}

type replay struct {
	*tenant
	t   *testing.T
	ids map[string]string // recorded to ours
}

func (r *replay) play(e exchange, at *url.URL) []string {
	ours := strings.NewReplacer(r.pairs()...)
	path, body := ours.Replace(at.RequestURI()), ours.Replace(e.sent)
	body = strings.ReplaceAll(body, "https://"+at.Host+"/api/v2/", r.ManagementAudience())
	got, err := r.send(r.request(e.method, path, body))
	if err != nil {
		r.t.Fatal(err)
	}
	if fmt.Sprint(got.status) != e.status {
		return []string{fmt.Sprintf("status %d, recorded %s: %s", got.status, e.status, got.raw)}
	}
	want, err := store.Parse([]byte(e.got))
	if err != nil {
		return nil // no body, or one the recorder destroyed
	}
	have, err := store.Parse([]byte(got.raw))
	if err != nil {
		return []string{got.raw}
	}
	r.learn(want, have)
	return r.compare("", want, have)
}

func (r *replay) pairs() (pairs []string) {
	for recorded, ours := range r.ids {
		pairs = append(pairs, recorded, ours)
	}
	return pairs
}

// learn maps recorded ids to ours.
func (r *replay) learn(want, have any) {
	switch w := want.(type) {
	case store.Object:
		for _, m := range w {
			value, _ := objectOf(have).Get(m.Name)
			recorded, isText := m.Value.(string)
			if ours, alsoText := value.(string); isText && alsoText && (m.Name == "id" || m.Name == "client_id" || m.Name == "kid") && recorded != "" {
				r.ids[recorded] = ours
			}
			r.learn(m.Value, value)
		}
	case []any:
		items, _ := have.([]any)
		for i := range min(len(w), len(items)) {
			r.learn(w[i], items[i])
		}
	}
}

// compare lists how the two differ: members that are missing or too many, and values nobody redacted.
func (r *replay) compare(path string, want, have any) (differences []string) {
	switch w := want.(type) {
	case store.Object:
		h := objectOf(have)
		if r.destroyed(w) {
			return nil
		}
		for _, m := range w {
			if value, there := h.Get(m.Name); !there && !unstable[m.Name] {
				differences = append(differences, path+"."+m.Name+" is missing")
			} else if there && !unstable[m.Name] {
				differences = append(differences, r.compare(path+"."+m.Name, m.Value, value)...)
			}
		}
		for _, m := range h {
			if !w.Has(m.Name) && !unstable[m.Name] {
				differences = append(differences, path+"."+m.Name+" is too many")
			}
		}
		return differences
	case []any:
		items, _ := have.([]any)
		if len(items) != len(w) {
			return []string{fmt.Sprintf("%s has %d items, not %d", path, len(items), len(w))}
		}
		for i := range w {
			differences = append(differences, r.compare(fmt.Sprintf("%s[%d]", path, i), w[i], items[i])...)
		}
		return differences
	}
	recorded, isText := want.(string)
	if want == have || isText && (strings.Contains(recorded, "REDACTED") || strings.Contains(recorded, "auth0.com") || r.ids[recorded] == have) {
		return nil
	}
	return []string{fmt.Sprintf("%s is %v, not %v", path, have, want)}
}

// destroyed tells a body of which the recorder left nothing.
func (r *replay) destroyed(body store.Object) bool {
	for _, m := range body {
		if m.Name != "signing_keys" && m.Name != "client_secret" {
			return false
		}
	}
	return true
}
