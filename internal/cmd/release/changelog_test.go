package main

import (
	"os"
	"strings"
	"testing"
)

// TestChangelog checks the form of CHANGELOG.md.
func TestChangelog(t *testing.T) {
	content, err := os.ReadFile("../../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := readChangelog(string(content))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 || entries[0].notes == "" {
		t.Error("CHANGELOG.md has no notes")
	}
}

const log = `## Unreleased

BUG FIXES:

* resource/timesheets_api: Reads again
  after a change

## 0.2.0 (March 4, 2027)

FEATURES:

* **New Resource:** ` + "`timesheets_client`" + `

## 0.1.0 (February 3, 2027)

NOTES:

* first
`

func TestReadChangelog(t *testing.T) {
	entries, err := readChangelog(log)
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, entry := range entries {
		versions = append(versions, entry.version)
	}
	if got := strings.Join(versions, " "); got != "Unreleased 0.2.0 0.1.0" {
		t.Errorf("versions %s", got)
	}
	notes, err := notesOf(log, "v0.1.0")
	if err != nil || notes != "NOTES:\n\n* first" {
		t.Errorf("notes %q, %v", notes, err)
	}
	for _, unknown := range []string{"v0.3.0", "0.1", "v0.1.0-rc1"} {
		if notes, err := notesOf(log, unknown); err == nil {
			t.Errorf("notes of %s: %q", unknown, notes)
		}
	}
}

func TestChangelogForm(t *testing.T) {
	const heading, order = "1.2.3 (January 2, 2006)", "in this order"
	for name, c := range map[string]struct{ old, new, says string }{
		"another heading":       {"## 0.2.0 (March 4, 2027)", "## v0.2.0 (March 4, 2027)", heading},
		"no day":                {"## 0.2.0 (March 4, 2027)", "## 0.2.0", heading},
		"a day that is none":    {"March 4", "March 44", "out of range"},
		"versions out of order": {"## 0.2.0 (", "## 0.0.9 (", "is not older"},
		"version twice":         {"## 0.2.0 (", "## 0.1.0 (", "is not older"},
		"unreleased below":      {"## 0.1.0 (February 3, 2027)", "## Unreleased", heading},
		"unknown section":       {"FEATURES:", "NEWS:", order},
		"sections out of order": {"* first", "* first\n\nBREAKING CHANGES:\n\n* all", order},
		"section twice":         {"* first", "* first\n\nNOTES:\n\n* second", order},
		"bullet of no section":  {"NOTES:", "", order},
		"prose":                 {"* first", "It is the first.", order},
		"text before all":       {"## Unreleased", "* early\n\n## Unreleased", "before the first entry"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(log, c.old, c.new, 1)
			if broken == log {
				t.Fatal("the case changes nothing")
			}
			if entries, err := readChangelog(broken); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v, %v, want an error with %q", entries, err, c.says)
			}
		})
	}
}
