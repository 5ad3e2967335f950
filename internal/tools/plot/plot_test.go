package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const figures = `[
  {"file": "lines.svg", "title": "Lines", "x": "things", "y": "calls", "log": true, "series": [
    {"name": "ours", "points": [[8, 3], [80, 30]]},
    {"name": "theirs", "other": true, "points": [[8, 10], [800, 1000]]}
  ]},
  {"file": "bars.svg", "title": "Bars", "x": "", "y": "seconds", "groups": ["create", "destroy"], "series": [
    {"name": "fast", "values": [1, 2]},
    {"name": "slow", "values": [3, 4]}
  ]}
]`

// TestDraw draws twice: what is drawn names its series, and is the same each time.
func TestDraw(t *testing.T) {
	drawn := map[string]string{}
	for range 2 {
		folder := t.TempDir()
		if err := drawAll(strings.NewReader(figures), folder); err != nil {
			t.Fatal(err)
		}
		for file, names := range map[string][]string{"lines.svg": {"Lines", "ours", "theirs", "calls"}, "bars.svg": {"Bars", "fast", "slow", "destroy"}} {
			text, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if !strings.Contains(string(text), ">"+name+"<") {
					t.Errorf("%s does not show %q", file, name)
				}
			}
			if before, again := drawn[file]; again && before != string(text) {
				t.Errorf("%s is not drawn the same again", file)
			}
			drawn[file] = string(text)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	for name, input := range map[string]string{
		"nothing":             "",
		"an unknown member":   `[{"file": "a.svg", "sereis": []}]`,
		"too few values":      `[{"file": "a.svg", "groups": ["a", "b"], "series": [{"name": "s", "values": [1]}]}]`,
		"a line of no points": `[{"file": "a.svg", "series": [{"name": "s"}]}]`,
	} {
		if err := drawAll(strings.NewReader(input), t.TempDir()); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
