package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

const canary = "canary-7f1c2e"

type holder struct {
	Exported secret.Value
	inner    secret.Value
	list     []secret.Value
	pointer  *secret.Value
}

func TestValueNeverPrintsItself(t *testing.T) {
	value := secret.New(canary)
	container := holder{Exported: value, inner: value, list: []secret.Value{value}, pointer: &value}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%p", "%T"} {
		for _, subject := range []any{value, &value, container, &container, []any{container}, map[string]holder{"k": container}} {
			if got := fmt.Sprintf(verb, subject); leaks(got) {
				t.Errorf("%s of %T shows the credential: %s", verb, subject, got)
			}
		}
	}

	encoded, err := json.Marshal(container)
	if err != nil {
		t.Fatal(err)
	}
	if leaks(string(encoded)) {
		t.Errorf("JSON shows the credential: %s", encoded)
	}

	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "value", value, "struct", container)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "value", value, "struct", container)
	if leaks(out.String()) {
		t.Errorf("slog shows the credential: %s", out.String())
	}

	if err := fmt.Errorf("wrapped: %w", fmt.Errorf("%v", value)); leaks(err.Error()) {
		t.Errorf("error text shows the credential: %v", err)
	}
}

// leaks searches the credential in plain text, and in the hexadecimal and decimal forms of a string or its bytes in fmt.
func leaks(text string) bool {
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprintf("%d", canary[0]) + " " + fmt.Sprintf("%d", canary[1])} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func TestReveal(t *testing.T) {
	if got := secret.New(canary).Reveal(); got != canary {
		t.Errorf("Reveal() = %q, want the text that was wrapped", got)
	}
	for name, empty := range map[string]secret.Value{"zero": {}, "empty text": secret.New("")} {
		if !empty.Empty() || empty.Reveal() != "" {
			t.Errorf("%s: Empty() = %v, Reveal() = %q", name, empty.Empty(), empty.Reveal())
		}
	}
	if secret.New(canary).Empty() {
		t.Error("a credential reports that it is empty")
	}
}
