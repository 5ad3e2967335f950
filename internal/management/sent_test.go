package management_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sameJSON compares two documents, whatever the order of their members.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("sent otherwise than wanted: %s", diff)
	}
}
