package modify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
)

func TestParts(t *testing.T) {
	for id, want := range map[string][]string{
		"https://api.example/v1 read:a": {"https://api.example/v1", "read:a"},
		"urn::a::b%20/ x":               {"urn::a::b%20/", "x"},
		"a b c":                         {"a", "b", "c"},
		"alone":                         nil,
		"":                              nil,
		"a  b":                          nil,
		" a b":                          nil,
		"a b ":                          nil,
		"a b c d":                       nil,
	} {
		var diags diag.Diagnostics
		got, ok := modify.ImportParts(id, 2, 3, "two or three", &diags)
		if !slices.Equal(got, want) || ok != (want != nil) || diags.HasError() == ok {
			t.Errorf("%q: %q, %v, %v", id, got, ok, diags)
		}
	}
}

// FuzzParts joins the parts to the import ID, and expects no empty part and no part with a space.
func FuzzParts(f *testing.F) {
	f.Add("a b")
	f.Add("urn::x  y")
	f.Fuzz(func(t *testing.T, id string) {
		var diags diag.Diagnostics
		parts, ok := modify.ImportParts(id, 1, 3, "", &diags)
		if ok == diags.HasError() {
			t.Fatalf("ok %v with %v", ok, diags)
		}
		if ok && (strings.Join(parts, " ") != id || slices.Contains(parts, "") || len(parts) > 3) {
			t.Errorf("%q is cut into %q", id, parts)
		}
	})
}
