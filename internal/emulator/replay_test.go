package emulator_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// recordings names the environment variable with a directory of go-vcr recordings of a real tenant, which cannot be
// distributed with this repository.
const recordings = "EMULATOR_RECORDINGS"

var (
	ourPaths   = regexp.MustCompile(`^/api/v2/(clients|resource-servers|client-grants|keys/signing)(/|$)`)
	otherPaths = regexp.MustCompile(`/(connections|organizations|cimd)(/|$)`)
)

// Members that the recorder adds, or that differ in every response.
var unstable = map[string]bool{
	"length": true, "next": true, "signing_keys": true, "client_secret": true, "encrypted": true, "tenant": true, "created_at": true,
	"updated_at": true, "cert": true, "pkcs7": true, "fingerprint": true, "thumbprint": true, "current_since": true, "current_until": true,
	"revoked_at": true, "current": true, "previous": true, "revoked": true, "expires_at": true, "total": true,
	// The recorder removes it.
	"global": true, "callback_url_template": true, "cross_origin_auth": true, "signing_secret": true,
	// Older tenants did not send them. One tenant had a feature enabled.
	"cross_origin_authentication": true, "subject_type_authorization": true, "subject_type": true, "async_approval_notification_channels": true,
}

// TestReplay sends the recorded requests with mapped IDs, and compares the responses.
func TestReplay(t *testing.T) {
	root := os.Getenv(recordings)
	if root == "" {
		t.Skipf("%s names no directory of recordings", recordings)
	}
	total, differing := 0, 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		r := &replay{t: t, ids: map[string]string{}, own: map[string]bool{}}
		for _, e := range readCassette(t, path) {
			at, err := url.Parse(e.url)
			if err != nil || !ourPaths.MatchString(at.Path) || otherPaths.MatchString(at.Path) {
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
	if differing*100 > total {
		t.Errorf("%d of %d exchanges differ", differing, total)
	}
}

type replay struct {
	*tenant
	t   *testing.T
	ids map[string]string // recorded ID to that of the emulator
	own map[string]bool   // recorded IDs of the objects that the recording creates
}

func (r *replay) play(e exchange, at *url.URL) []string {
	ours := strings.NewReplacer(r.pairs()...)
	path, body := ours.Replace(at.RequestURI()), ours.Replace(e.sent)
	body = strings.ReplaceAll(body, "https://"+at.Host+"/api/v2/", r.ManagementAudience())
	got, err := r.send(r.request(e.method, path, body))
	if err != nil {
		r.t.Fatal(err)
	}
	want, err := store.Parse([]byte(e.got))
	if id := identity(want); e.method == "POST" && id != "" {
		r.own[id] = true
	}
	if fmt.Sprint(got.status) != e.status && !r.foreign(want) {
		return []string{fmt.Sprintf("status %d, recorded %s: %s", got.status, e.status, got.raw)}
	}
	if err != nil || r.foreign(want) {
		return nil // no body, one that the recorder removed, or an existing object of that tenant
	}
	have, err := store.Parse([]byte(got.raw))
	if err != nil {
		return []string{got.raw}
	}
	if items, isList := itemsOf(want); isList {
		found, _ := itemsOf(have)
		return r.compareLists(items, found)
	}
	r.learn(want, have)
	return r.compare("", want, have)
}

// identity returns the ID of an object of the Management API.
func identity(value any) string {
	o := objectOf(value)
	if id := o.Text("id"); id != "" {
		return id
	}
	return o.Text("client_id")
}

// foreign reports whether value is an object that the recording does not create.
func (r *replay) foreign(value any) bool {
	id := identity(value)
	return id != "" && !r.own[id]
}

// itemsOf returns the objects of a list, with or without totals.
func itemsOf(value any) ([]any, bool) {
	if items, isArray := value.([]any); isArray {
		return items, true
	}
	for _, name := range []string{"clients", "resource_servers", "client_grants"} {
		if items, isArray := objectOf(value).Items(name), objectOf(value).Has(name); isArray {
			return items, true
		}
	}
	return nil, false
}

// compareLists compares the objects that the recording creates, by ID. Each must be in both lists or in neither.
func (r *replay) compareLists(want, have []any) (differences []string) {
	byID := map[string]any{}
	for _, item := range have {
		byID[identity(item)] = item
	}
	for _, item := range want {
		id := identity(item)
		if !r.own[id] {
			continue
		}
		ours, there := byID[r.ids[id]]
		if !there {
			differences = append(differences, id+" is not listed")
			continue
		}
		differences = append(differences, r.compare(id, item, ours)...)
		delete(byID, r.ids[id])
	}
	for recorded, ours := range r.ids {
		if _, left := byID[ours]; left && r.own[recorded] {
			differences = append(differences, recorded+" is listed")
		}
	}
	return differences
}

func (r *replay) pairs() (pairs []string) {
	for recorded, ours := range r.ids {
		pairs = append(pairs, recorded, ours)
	}
	return pairs
}

// learn adds the recorded IDs of an object to the mapping.
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

// compare returns the differences: missing members, additional members, and different values that were not redacted.
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

// destroyed reports whether the recorder removed everything from a body.
func (r *replay) destroyed(body store.Object) bool {
	for _, m := range body {
		if m.Name != "signing_keys" && m.Name != "client_secret" {
			return false
		}
	}
	return true
}
