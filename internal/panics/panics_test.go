package panics_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

const canary = "canary-in-a-panic"

func caught(act func()) (err *panics.Error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panics.Caught(cause)
		}
	}()
	act()
	return nil
}

func TestCaught(t *testing.T) {
	var nothing *struct{ name string }
	for name, c := range map[string]struct {
		act  func()
		says string
	}{
		"text":     {func() { panic(canary) }, "panics_test.go:"},
		"an error": {func() { panic(errors.New(canary)) }, "panics_test.go:"},
		"nil":      {func() { _ = nothing.name }, "nil pointer dereference"},
		"an index": {func() { _ = strings.Split(canary, "-")[len(canary)] }, "index out of range [17] with length 4"},
		"a type":   {func() { _ = any(canary).(int) }, "interface conversion"},
	} {
		t.Run(name, func(t *testing.T) {
			err := caught(c.act)
			if err == nil || err.ID == "" {
				t.Fatalf("error %v", err)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Place, "TestCaught.func") {
				t.Errorf("the error does not contain %q: %v", c.says, err)
			}
			if said := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(said, canary) {
				t.Errorf("the error contains a value: %s", said)
			}
		})
	}
	if err := caught(func() {}); err != nil {
		t.Errorf("error %v of nothing", err)
	}
}
