package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
)

// readUsage adds the files of the meter in a directory to an operation.
func readUsage(folder string, into *report.Operation) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var process struct {
			CPU  float64 `json:"cpu_seconds"`
			Peak int64   `json:"peak_bytes"`
		}
		if err := json.Unmarshal(text, &process); err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		into.Processes++
		into.CPU += process.CPU
		into.Peak = max(into.Peak, process.Peak)
	}
	return nil
}
