package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// entry is the part of the changelog about one release.
type entry struct {
	version string // or "Unreleased"
	notes   string // Markdown, without the heading
}

// sections are the groups of an entry, in their order.
var sections = []string{"BREAKING CHANGES", "DEPRECATIONS", "SECURITY", "NOTES", "FEATURES", "ENHANCEMENTS", "BUG FIXES"}

var (
	headingForm = regexp.MustCompile(`^(?:Unreleased|(\d+\.\d+\.\d+) \((\w+ \d+, \d{4})\))$`)
	notesForm   = regexp.MustCompile(`^(?:` + strings.Join(sections, `:\n\n(?:\* .+\n(?:  .+\n)*)+\n?)?(?:`) + `:\n\n(?:\* .+\n(?:  .+\n)*)+\n?)?$`)
)

// readChangelog returns the entries of CHANGELOG.md, newest first. The error names each entry that breaks the form: a
// heading with version and date, and sections of bullets.
func readChangelog(text string) ([]entry, error) {
	var entries []entry
	var problems []error
	var newer [3]int
	parts := strings.Split("\n"+text, "\n## ")
	if parts[0] != "" {
		problems = append(problems, errors.New("text before the first entry"))
	}
	for i, part := range parts[1:] {
		heading, notes, _ := strings.Cut(part, "\n")
		found := headingForm.FindStringSubmatch(heading)
		if found == nil || found[1] == "" && i > 0 {
			problems = append(problems, fmt.Errorf("%q: want `Unreleased` for the first entry, or `1.2.3 (January 2, 2006)`", heading))
			continue
		}
		notes = strings.Trim(notes, "\n")
		if !notesForm.MatchString(notes + "\n") {
			problems = append(problems, fmt.Errorf("%q: want bullets in the sections %q, in this order", heading, sections))
		}
		name, version := "Unreleased", [3]int{}
		if found[1] != "" {
			name = found[1]
			_, err := fmt.Sscanf(name, "%d.%d.%d", &version[0], &version[1], &version[2])
			_, dateErr := time.Parse("January 2, 2006", found[2])
			if newer != [3]int{} && slices.Compare(version[:], newer[:]) >= 0 {
				err = errors.Join(err, fmt.Errorf("%s is not older than the entry above", name))
			}
			problems = append(problems, err, dateErr)
			newer = version
		}
		entries = append(entries, entry{version: name, notes: notes})
	}
	return entries, errors.Join(problems...)
}

// notesOf returns the notes of a version, given as a tag or a number.
func notesOf(text, version string) (string, error) {
	entries, err := readChangelog(text)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.version == strings.TrimPrefix(version, "v") && e.notes != "" {
			return e.notes, nil
		}
	}
	return "", fmt.Errorf("the changelog has no notes for %s", version)
}
