package emulator_test

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
)

// exchange is one recorded request and its response.
type exchange struct{ id, method, url, sent, status, got string }

// readCassette reads some members of a recording: blocks of "name: value" lines. A value is plain, quoted in one of two
// ways, or an indented block after a vertical bar.
func readCassette(t *testing.T, path string) []exchange {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []exchange
	inAnswer := false
	lines := strings.Split(string(data), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if id, is := strings.CutPrefix(line, "- id: "); is {
			all = append(all, exchange{id: id})
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if len(all) == 0 {
			continue
		}
		e, value := &all[len(all)-1], strings.TrimSpace(value)
		switch name {
		case "request", "response":
			inAnswer = name == "response"
		case "body":
			if strings.HasPrefix(value, "|") {
				value, i = literal(lines, i)
			}
			if inAnswer {
				e.got = unquote(t, value)
			} else {
				e.sent = unquote(t, value)
			}
		case "url":
			e.url = value
		case "method":
			e.method = value
		case "code":
			e.status = value
		}
	}
	return all
}

// literal collects the lines of a block that are indented more than the line before it.
func literal(lines []string, at int) (string, int) {
	depth := len(lines[at]) - len(strings.TrimLeft(lines[at], " "))
	var text []string
	for at+1 < len(lines) && (lines[at+1] == "" || strings.HasPrefix(lines[at+1], strings.Repeat(" ", depth+1))) {
		at++
		text = append(text, strings.TrimSpace(lines[at]))
	}
	return strings.Join(text, "\n"), at
}

func unquote(t *testing.T, value string) string {
	t.Helper()
	switch {
	case strings.HasPrefix(value, "'"):
		return strings.ReplaceAll(strings.TrimSuffix(value[1:], "'"), "''", "'")
	case strings.HasPrefix(value, `"`):
		var text string
		if json.Unmarshal([]byte(value), &text) == nil {
			return text
		}
		text, err := strconv.Unquote(value)
		if err != nil {
			t.Logf("%s: %v", value, err)
		}
		return text
	}
	return value
}
