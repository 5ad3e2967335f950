package reliability_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// methods lists the methods of a resource, and functions of package management that run outside any request of Terraform.
var methods = regexp.MustCompile(`(?m)^func (?:\(r \*Resource\) )?(\w+)\(.*\{$`)

// defective builds the provider with a defect in each function of some of its files. The one that the environment names
// panics, with words that hold a secret.
func (s *testbed) defective(files ...string) (config string) {
	s.t.Helper()
	root, err := tree.Root(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	binaries := folder(s.t)
	replace := map[string]string{}
	for i, file := range files {
		source, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			s.t.Fatal(err)
		}
		broken := methods.ReplaceAllString(string(source), "$0\n\tif os.Getenv(\"DEFECT\") == \"$1\" {\n\t\tpanic(\"broken by \" + os.Getenv(\"DEFECT_SAYS\"))\n\t}")
		broken = strings.Replace(broken, "import (", "import (\n\t\"os\"", 1)
		path := filepath.Join(binaries, string(rune('a'+i))+".go")
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			s.t.Fatal(err)
		}
		replace[filepath.Join(root, file)] = path
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(filepath.Join(binaries, "overlay.json"), overlay, 0o600)
	}
	if err == nil {
		err = tree.Build(s.t.Context(), binaries, tree.Provider, "-overlay", filepath.Join(binaries, "overlay.json"))
	}
	if err == nil {
		config, err = cli.WriteConfig(binaries, binaries)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return config
}

// TestFault42_Panic makes each method of the client panic. internal/framework/server asks for every
// request that Terraform can send.
func TestFault42_Panic(t *testing.T) {
	proves(t, 42)
	s := open(t, "client")
	s.workspace.ConfigFile = s.defective("internal/provider/client/resource.go", "internal/provider/client/create.go", "internal/provider/client/plan.go", "internal/management/clients_convert.go")
	s.canaries["the words of the panic"] = acctest.Canary()
	s.set("DEFECT_SAYS", s.canaries["the words of the panic"])
	defect := func(method, place string, args ...string) {
		t.Helper()
		s.set("DEFECT", method)
		said := s.terraform(1, args...)
		s.set("DEFECT", "")
		s.expect(said, "Bug in the provider", "failed at "+place, "Please report the defect with this ID:")
		s.lacks(said, "panic:")
		s.agree()
	}
	method := func(name string, args ...string) {
		t.Helper()
		defect(name, "client.(*Resource)."+name+",", args...)
	}
	defect("validateConfig", "client.validateConfig,", "validate")
	method("ModifyPlan", "plan")
	method("Create", "apply", "-auto-approve")
	s.apply(0)
	method("Read", "plan")
	s.set("DEFECT", "newClient") // it runs apart, for all who read a client
	apart := s.terraform(1, "plan")
	s.set("DEFECT", "")
	s.expect(apart, "Unable to read client", "Bug in the provider: it failed at management.newClient,")
	s.lacks(apart, "panic:")
	s.agree()
	method("Delete", "destroy", "-auto-approve")
	s.set("TF_VAR_description", "changed")
	method("Update", "apply", "-auto-approve")
	s.settled()
}
