package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pinned matches an action that is pinned to a commit, with a comment that contains the version for readers and Dependabot.
var pinned = regexp.MustCompile(`^[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// TestWorkflows checks that all actions are pinned, and that the permissions of workflows are minimal. The linter of workflows
// checks their syntax.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range workflowProblems(string(content)) {
			t.Errorf("%s: %s", filepath.Base(file), problem)
		}
	}
}

// TestWorkflowsCanBeBroken adds each kind of defect to a workflow, and expects that it is found.
func TestWorkflowsCanBeBroken(t *testing.T) {
	const sound = `name: sound
on:
  push:
permissions:
  contents: read

jobs:
  one:
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: make test
`
	if problems := workflowProblems(sound); problems != nil {
		t.Fatalf("a valid workflow: %v", problems)
	}
	for _, c := range []struct{ problem, old, new string }{
		{"not pinned", "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "v7"},
		{"not pinned", " # v7.0.1", ""},
		{"permission to read", "permissions:\n  contents: read\n", ""},
		{"permission to read", "  contents: read", "  contents: write"},
		{"leaves the token", "persist-credentials: false", "fetch-depth: 0"},
		{"stranger's code", "  push:", "  pull_request_target:"},
		{"becomes code", "make test", "echo ${{ github.event.pull_request.title }}"},
	} {
		t.Run(c.problem, func(t *testing.T) {
			broken := strings.Replace(sound, c.old, c.new, 1)
			if broken == sound {
				t.Fatal("the workflow was not changed")
			}
			if problems := workflowProblems(broken); len(problems) != 1 || !strings.Contains(problems[0], c.problem) {
				t.Errorf("the problems are %q, want %q", problems, c.problem)
			}
		})
	}
}

// workflowProblems returns the problems of a workflow.
func workflowProblems(text string) []string {
	var problems []string
	if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") {
		problems = append(problems, "it does not begin with the permission to read, and no other")
	}
	if strings.Contains(text, "pull_request_target") {
		problems = append(problems, "it would run a stranger's code with the repository's token")
	}
	if strings.Count(text, "uses: actions/checkout@") != strings.Count(text, "persist-credentials: false") {
		problems = append(problems, "a checkout leaves the token in the tree")
	}
	script := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if used, is := strings.CutPrefix(strings.TrimPrefix(trimmed, "- "), "uses: "); is && !strings.HasPrefix(used, "./") && !pinned.MatchString(used) {
			problems = append(problems, "not pinned: "+used)
		}
		_, inline, runs := strings.Cut(trimmed, "run: ")
		script = runs && inline == "|" || script && strings.HasPrefix(line, "          ")
		if (runs || script) && strings.Contains(trimmed, "${{") {
			problems = append(problems, "an expression in a script, where it becomes code: "+trimmed)
		}
	}
	return problems
}
