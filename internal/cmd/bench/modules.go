package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// standard stands for Go's own packages.
const standard = "std"

// modules lists what an executable with names is made of.
func modules(ctx context.Context, executable string) ([]report.Module, error) {
	packages, err := tree.Go(ctx, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{else}}"+standard+"{{end}}", tree.Provider)
	if err != nil {
		return nil, err
	}
	names, err := tree.Go(ctx, "tool", "nm", "-size", executable)
	if err != nil {
		return nil, err
	}
	return attribute(strings.Fields(packages), names)
}

// attribute counts packages and machine code of each module, largest first. Packages has the module of each package,
// names is what go tool nm -size prints: address, size, kind and name.
func attribute(packages []string, names string) ([]report.Module, error) {
	found := map[string]*report.Module{}
	for _, module := range packages {
		if found[module] == nil {
			found[module] = &report.Module{Path: module}
		}
		found[module].Packages++
	}
	for line := range strings.Lines(names) {
		field := strings.Fields(line)
		if len(field) < 4 || strings.ToUpper(field[2]) != "T" { // T is code
			continue
		}
		size, err := strconv.ParseInt(field[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the size in %q: %w", line, err)
		}
		if owner := found[owner(found, field[3])]; owner != nil {
			owner.Code += size
		}
	}
	var all []report.Module
	for _, module := range found {
		all = append(all, *module)
	}
	slices.SortFunc(all, func(a, b report.Module) int {
		return cmp.Or(cmp.Compare(b.Code, a.Code), strings.Compare(a.Path, b.Path))
	})
	return all, nil
}

// owner is the module whose path a name of the linker's starts with: the longest, for one may lie beneath another. All
// that no module owns is Go's.
func owner(modules map[string]*report.Module, name string) string {
	longest := standard
	for path := range modules {
		rest, ok := strings.CutPrefix(name, path)
		if ok && rest != "" && strings.ContainsRune("/.", rune(rest[0])) && (longest == standard || len(path) > len(longest)) {
			longest = path
		}
	}
	return longest
}
