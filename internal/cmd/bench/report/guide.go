package report

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"
	"text/template"
)

// page is the guide without its numbers.
//
//go:embed performance.md.tmpl
var page string

// WriteGuide writes the performance guide into a folder, which it makes if need be.
func (r Results) WriteGuide(folder string) (err error) {
	guide, err := template.New("guide").Funcs(template.FuncMap{
		"calls":         r.calls,
		"limits":        r.limits,
		"besideCalls":   r.besideCalls,
		"besideSeconds": r.besideSeconds,
		"incumbent":     func() string { return Incumbent },
		"megabytes":     megabytes,
		"kilobytes":     kilobytes,
		"peak":          r.Peak,
	}).Option("missingkey=error").Parse(page)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, "performance.md"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return guide.Execute(file, r)
}

// Peak is the most memory a process of the provider took in any run.
func (r Results) Peak() int64 {
	var most int64
	for _, run := range r.Runs {
		for _, o := range run.Operations {
			most = max(most, o.Peak)
		}
	}
	return most
}
