package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Event is one line of the output of plan, apply and destroy with -json.
type Event struct {
	Type       string      `json:"type"`
	Message    string      `json:"@message"`
	Changes    *Changes    `json:"changes"`    // of a change summary
	Diagnostic *Diagnostic `json:"diagnostic"` // of a diagnostic
}

// Changes contains the numbers of objects that a plan or an apply changes.
type Changes struct {
	Add       int    `json:"add"`
	Change    int    `json:"change"`
	Remove    int    `json:"remove"`
	Operation string `json:"operation"` // plan, apply or destroy
}

// Diagnostic is an error or a warning.
type Diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"` // of the object, if the diagnostic is about one
}

// Events decodes the output of a run with -json.
func (o Output) Events() ([]Event, error) {
	var events []Event
	for line := range bytes.Lines(o.Stdout) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var event Event
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, fmt.Errorf("read the line %q: %w", line, err)
		}
		events = append(events, event)
	}
	return events, nil
}

// Failure returns the error of a run that failed unexpectedly: the errors in its events, otherwise its complete output.
func (o Output) Failure() error {
	var said []error
	events, err := o.Events()
	for _, event := range events {
		if d := event.Diagnostic; d != nil && d.Severity == "error" {
			said = append(said, fmt.Errorf("%s\n%s", d.Summary, d.Detail))
		}
	}
	if err != nil || len(said) == 0 {
		text := strings.TrimSpace(string(o.Stdout) + string(o.Stderr))
		said = []error{fmt.Errorf("it ended with code %d: %s", o.Code, text)}
	}
	return errors.Join(said...)
}
