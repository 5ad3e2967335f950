package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/timesheets/terraform-provider-timesheets/internal/"

// layer is one import rule: what a package can import in addition to the standard library. A name that ends in a slash
// includes all packages below it.
type layer struct {
	inside  []string // packages of this module
	outside []string // other modules
}

var (
	terraform = []string{"github.com/hashicorp/terraform-plugin-"}
	jose      = "github.com/go-jose/go-jose/v4/"
)

// layers lists every package. README.md in this directory describes them.
var layers = map[string]layer{
	"secret":               {},
	"panics":               {},
	"tenant":               {inside: []string{"secret"}},
	"tokens":               {inside: []string{"secret"}, outside: []string{jose}},
	"management":           {inside: []string{"tenant", "secret", "tokens", "management/transport"}, outside: append([]string{"golang.org/x/text/unicode/norm"}, auth0...)},
	"management/ratelimit": {},
	"management/transport": {
		inside:  []string{"tenant", "secret", "panics", "management/ratelimit"},
		outside: []string{"github.com/hashicorp/terraform-plugin-log/", "golang.org/x/sync/singleflight"},
	},
	"coalesce":             {inside: []string{"tenant", "panics"}},
	"planstate":            {inside: []string{"tenant"}},
	"framework/":           {inside: []string{"tenant", "secret", "panics", "planstate", "tokens", "framework/"}, outside: terraform},
	"provider/":            {inside: []string{"tenant", "secret", "planstate", "tokens", "framework/"}, outside: terraform},
	"provider":             {inside: []string{"tenant", "secret", "planstate", "tokens", "framework/", "management", "coalesce", "provider/"}, outside: terraform},
	"parent":               {outside: []string{"github.com/shirou/gopsutil/v4/process"}},
	"emulator/privatefile": {},
	"emulator/store":       {inside: []string{"emulator/privatefile"}},
	"emulator/conformance": {inside: []string{"acctest/keypair"}, outside: []string{jose}},
	"emulator/deploycli":   {},
	"emulator/dashboard":   {inside: []string{"emulator/store"}},
	"emulator":             {inside: []string{"emulator/store", "emulator/dashboard"}, outside: []string{"golang.org/x/time/rate", jose}},
	"acctest": {
		inside: []string{"provider", "emulator", "management", "tenant", "secret", "cmd/cli", "cmd/tree", "acctest/core", "acctest/keypair", "acctest/prefix"},
		outside: []string{
			"github.com/hashicorp/terraform-plugin-", "github.com/hashicorp/terraform-json/", "github.com/hashicorp/go-plugin", "github.com/hashicorp/go-hclog",
		},
	},
	"acctest/core":    {outside: []string{"github.com/hashicorp/terraform-plugin-go/"}},
	"acctest/keypair": {},
	"acctest/prefix":  {},
	"acctest/standin": {outside: terraform},
	"reliability":     {},
	"convergence":     {},
	"cmd/standin":     {inside: []string{"acctest/standin"}},
	"cmd/emulator":    {inside: []string{"emulator", "emulator/privatefile"}},
	"cmd/demo":        {inside: []string{"emulator", "cmd/cli", "cmd/tree", "cmd/tally"}},
	"cmd/mutants":     {},
	"cmd/rehearsal":   {inside: []string{"emulator", "cmd/tally"}},
	"cmd/tree":        {},
	"cmd/tally":       {inside: []string{"emulator"}},
	"cmd/cli":         {inside: []string{"cmd/tree"}, outside: []string{"github.com/hashicorp/hc-install/", "github.com/hashicorp/go-version"}},
	"cmd/schema":      {inside: []string{"provider"}, outside: terraform},
	"cmd/release":     {inside: []string{"cmd/cli", "cmd/tree", "emulator"}, outside: []string{"github.com/ProtonMail/go-crypto/"}},
	"cmd/bench": {
		inside: []string{"emulator", "emulator/store", "cmd/bench/report", "cmd/cli", "cmd/tree", "cmd/tally"},
	},
	"cmd/bench/report": {inside: []string{"cmd/tally"}},
	"cmd/bench/meter":  {},
}

// auth0 lists the packages of the SDK that can be imported. It does not contain management/client, which adds every endpoint
// and 15 MB.
var auth0 = []string{
	"github.com/auth0/go-auth0/v3/management",
	"github.com/auth0/go-auth0/v3/management/core",
	"github.com/auth0/go-auth0/v3/management/option",
	"github.com/auth0/go-auth0/v3/management/resourceservers",
	"github.com/auth0/go-auth0/v3/management/clients/client",
	"github.com/auth0/go-auth0/v3/management/clientgrants/client",
	"github.com/auth0/go-auth0/v3/management/keys/signing",
	"github.com/auth0/go-auth0/v3/management/organizations/clientgrants",
}

func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for file, imports := range sources(t) {
		name := path.Dir(file)
		entry, rule, ok := lookup(name)
		if !ok {
			t.Errorf("%s: layers has no row for the package %q: add one, and describe it in README.md", file, name)
			continue
		}
		seen[rule] = true
		for _, imported := range imports {
			if !entry.permits(imported) {
				t.Errorf("%s: %s must not import %s", file, name, imported)
			}
		}
	}
	for name := range layers {
		if !seen[name] {
			t.Errorf("layers has a row for %q, which does not exist", name)
		}
	}
}

// TestLawCanBeBroken checks that each kind of forbidden import is found.
func TestLawCanBeBroken(t *testing.T) {
	for name, c := range map[string]struct {
		layer, imports string
		permitted      bool
	}{
		"noun to noun":               {"provider/clientgrant", module + "provider/api", false},
		"noun to management":         {"provider/api", module + "management", false},
		"emulator to tenant":         {"emulator", module + "tenant", false},
		"tenant to framework":        {"tenant", "github.com/hashicorp/terraform-plugin-framework/types", false},
		"noun to the SDK":            {"provider/api", "github.com/auth0/go-auth0/v3/management", false},
		"management to the whole":    {"management", "github.com/auth0/go-auth0/v3/management/client", false},
		"noun to framework":          {"provider/api", module + "framework/diagnose", true},
		"management to a sub-client": {"management", "github.com/auth0/go-auth0/v3/management/resourceservers", true},
		"anybody to std":             {"secret", "encoding/json", true},
	} {
		t.Run(name, func(t *testing.T) {
			entry, _, ok := lookup(c.layer)
			if !ok {
				t.Fatalf("no row for %q", c.layer)
			}
			if got := entry.permits(c.imports); got != c.permitted {
				t.Errorf("%s can import %s: %v, want %v", c.layer, c.imports, got, c.permitted)
			}
		})
	}
	if _, _, ok := lookup("attic"); ok {
		t.Error("layers has a row for a package that is not listed")
	}
}

// lookup finds the row of a package: its own, or that of the nearest parent that includes all packages below it.
func lookup(name string) (entry layer, rule string, ok bool) {
	if entry, ok = layers[name]; ok {
		return entry, name, true
	}
	for above := path.Dir(name); above != "."; above = path.Dir(above) {
		if entry, ok = layers[above+"/"]; ok {
			return entry, above + "/", true
		}
	}
	return layer{}, "", false
}

func (r layer) permits(imported string) bool {
	if other, within := strings.CutPrefix(imported, module); within {
		return covered(other, r.inside)
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") { // the standard library has no dot in its first element
		return true
	}
	return covered(imported, r.outside)
}

func covered(name string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		if strings.HasSuffix(a, "-") {
			return strings.HasPrefix(name, a)
		}
		return name == strings.TrimSuffix(a, "/") || strings.HasSuffix(a, "/") && strings.HasPrefix(name, a)
	})
}

// sources returns the imports of each source file of this module, except tests.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == "tools" || entry.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		imports := []string{}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imported)
		}
		found[filepath.ToSlash(name)] = imports
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
