package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// largestPage is the size limit of the registry for a page, in bytes.
const largestPage = 500_000

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	ours    = regexp.MustCompile(`^https://(?:github\.com/timesheets/terraform-provider-timesheets/(?:tree|blob)|raw\.githubusercontent\.com/timesheets/terraform-provider-timesheets)/main/`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	marker  = regexp.MustCompile(`<a id="([^"]+)">`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestLinks follows every link from a page to another, to a file of this repository, or to a heading, and compares the size
// of each page with the registry's limit. It does not follow links to other sites.
func TestLinks(t *testing.T) {
	all, followed := pages(t), 0
	for page, content := range all {
		if len(content) > largestPage {
			t.Errorf("%s has %d bytes, more than %d", page, len(content), largestPage)
		}
		for _, match := range link.FindAllStringSubmatch(fence.ReplaceAllString(content, ""), -1) {
			address, root := match[1], filepath.Dir(page)
			if ours.MatchString(address) {
				address, root = ours.ReplaceAllString(address, ""), "."
			}
			if strings.Contains(address, ":") {
				continue
			}
			followed++
			path, anchor, _ := strings.Cut(address, "#")
			target := page
			if path != "" {
				target = resolve(filepath.Join(root, path))
			}
			if target == "" {
				t.Errorf("%s: the target of %s does not exist", page, match[1])
			} else if anchor != "" && !anchors(all[target])[anchor] {
				t.Errorf("%s: %s has no heading #%s", page, target, anchor)
			}
		}
	}
	if followed < 40 {
		t.Errorf("only %d links were followed", followed)
	}
}

// resolve returns the file of a path, which the registry writes without .md, or "" if there is none.
func resolve(path string) string {
	for _, file := range []string{path + ".md", filepath.Join(path, "index.md"), path} {
		if _, err := os.Stat(filepath.Join("..", file)); err == nil {
			return filepath.ToSlash(file)
		}
	}
	return ""
}

// anchors returns the anchors of a page: its headings, as GitHub and the registry write them, and its markers.
func anchors(content string) map[string]bool {
	found := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(content, ""), -1) {
		found[strings.ReplaceAll(strings.ToLower(dropped.ReplaceAllString(match[1], "")), " ", "-")] = true
	}
	for _, match := range marker.FindAllStringSubmatch(content, -1) {
		found[match[1]] = true
	}
	return found
}
