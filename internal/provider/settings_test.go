package provider_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

var setting = regexp.MustCompile("`(timesheets_[a-z_]+\\.[a-z_]+)`")

// TestSettingsAreReviewed compares the arguments of all resources with the pages of the emulator: each either affects tokens
// there, or FACTS.md states why it does not. The guide lists the same settings as the emulator.
func TestSettingsAreReviewed(t *testing.T) {
	enforced := section(t, "../emulator/README.md", "## Enforced settings")
	without := section(t, "../emulator/FACTS.md", "## Settings without an effect")
	if guide := section(t, "../tools/templates/guides/testing.md.tmpl", "## Settings that the emulator enforces"); rows(guide) != rows(enforced) {
		t.Errorf("the guide's table differs from that of the emulator:\n%s\n%s", rows(guide), rows(enforced))
	}
	listed, explained := settings(enforced), settings(without)
	var all []string
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var name resource.MetadataResponse
		var resp resource.SchemaResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "timesheets"}, &name)
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		for attribute, of := range resp.Schema.Attributes {
			if !of.IsOptional() && !of.IsRequired() {
				continue
			}
			argument := name.TypeName + "." + attribute
			all = append(all, argument)
			if slices.Contains(listed, argument) == slices.Contains(explained, argument) {
				t.Errorf("%s must be in exactly one of the two tables", argument)
			}
		}
	}
	for _, argument := range slices.Concat(listed, explained) {
		if !slices.Contains(all, argument) && !strings.HasSuffix(argument, ".deletion_protection") {
			t.Errorf("%s is not an argument", argument)
		}
	}
}

// section returns the part of a page below a heading.
func section(t *testing.T, file, heading string) string {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", file, heading)
	}
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

// rows returns the lines of the tables of a text.
func rows(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return !strings.HasPrefix(line, "|") }), "\n")
}

// settings returns the arguments in the first column of the tables of a text.
func settings(text string) []string {
	var all []string
	for line := range strings.Lines(rows(text)) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, found := range setting.FindAllStringSubmatch(first, -1) {
			all = append(all, found[1])
		}
	}
	return all
}
