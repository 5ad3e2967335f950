package release

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unreleased is the heading of what the next release will bring.
const Unreleased = "Unreleased"

// Entry is what the changelog says of one release.
type Entry struct {
	Version string // or Unreleased
	Notes   string // Markdown, without the heading
}

// sections are the groups of an entry, in the order in which a reader needs them.
var sections = []string{"BREAKING CHANGES", "DEPRECATIONS", "SECURITY", "NOTES", "FEATURES", "ENHANCEMENTS", "BUG FIXES"}

var heading = regexp.MustCompile(`^## (?:(Unreleased)|(\d+)\.(\d+)\.(\d+) \((\w+ \d+, \d{4})\))$`)

// ReadChangelog reads the text of CHANGELOG.md: the newest release first, each under a heading with version and day, its
// notes as bullets in sections. The error holds each line that breaks the form.
func ReadChangelog(text string) ([]Entry, error) {
	var entries []Entry
	var problems []error
	reader := notesReader{}
	for i, line := range strings.Split(text, "\n") {
		entry, err := reader.read(line)
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d, %q: %w", i+1, line, err))
		}
		if entry != "" {
			entries = append(entries, Entry{Version: entry})
		} else if len(entries) > 0 {
			entries[len(entries)-1].Notes += line + "\n"
		}
	}
	for i := range entries {
		entries[i].Notes = strings.Trim(entries[i].Notes, "\n")
	}
	return entries, errors.Join(problems...)
}

// notesReader remembers what the lines before said.
type notesReader struct {
	version [3]int // of the entry above; zero at the top
	entries int
	section int // index in sections; -1 where none began
}

// read judges a line, and returns the version where an entry begins.
func (r *notesReader) read(line string) (version string, err error) {
	if strings.HasPrefix(line, "## ") {
		return r.begin(line)
	}
	title, titled := strings.CutSuffix(line, ":")
	switch {
	case line == "" || strings.HasPrefix(line, "  ") && r.entries > 0 && r.section >= 0:
		return "", nil
	case titled && !strings.HasPrefix(line, "*"):
		at := slices.Index(sections, title)
		if at < 0 || r.entries == 0 {
			return "", fmt.Errorf("want one of %q", sections)
		}
		if at <= r.section {
			return "", fmt.Errorf("it comes after %s", sections[r.section])
		}
		r.section = at
		return "", nil
	case strings.HasPrefix(line, "* ") && r.entries > 0 && r.section >= 0:
		return "", nil
	}
	return "", errors.New("want a heading of a version or a section, a bullet, or its second line, in that order")
}

// begin reads the heading of an entry.
func (r *notesReader) begin(line string) (string, error) {
	found := heading.FindStringSubmatch(line)
	r.entries++
	r.section = -1
	if found == nil {
		return line, errors.New("want `## Unreleased` or `## 1.2.3 (January 2, 2006)`")
	}
	if found[1] != "" {
		if r.entries > 1 {
			return Unreleased, errors.New("it belongs to the top")
		}
		return Unreleased, nil
	}
	var version [3]int
	for i := range version {
		version[i], _ = strconv.Atoi(found[2+i]) // digits, as the pattern says
	}
	above := r.version
	r.version = version
	name := strings.Join(found[2:5], ".")
	if above != [3]int{} && slices.Compare(version[:], above[:]) >= 0 {
		return name, errors.New("it is not older than the one above")
	}
	if _, err := time.Parse("January 2, 2006", found[5]); err != nil {
		return name, err
	}
	return name, nil
}

// Notes are those of one version, by its tag or number; an error where the changelog has none.
func Notes(text, version string) (string, error) {
	entries, err := ReadChangelog(text)
	if err != nil {
		return "", err
	}
	version = strings.TrimPrefix(version, "v")
	for _, entry := range entries {
		if entry.Version == version && entry.Notes != "" {
			return entry.Notes, nil
		}
	}
	return "", fmt.Errorf("the changelog has no notes of %s", version)
}
