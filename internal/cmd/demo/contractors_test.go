package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestContractors adds and removes contractors. The job gets tokens for exactly the current ones, and for no organization none.
func TestContractors(t *testing.T) {
	th := newTheatre(t)
	server := acctest.Emulator(t, emulator.Options{})
	w := th.stage(t, server, th.examples+"/contractors")
	all := map[string]string{}
	for _, name := range []string{"acme", "blue", "other"} {
		var made struct {
			ID string `json:"id"`
		}
		if err := ask(t.Context(), server, "POST", "/api/v2/organizations", map[string]any{"name": name}, &made); err != nil {
			t.Fatal(err)
		}
		all[name] = made.ID
	}
	environment := w.Environment
	for _, names := range [][]string{{"acme"}, {"acme", "blue"}, {"blue"}} {
		contractors := map[string]string{}
		for _, name := range names {
			contractors[name] = all[name]
		}
		content, err := json.Marshal(contractors)
		if err != nil {
			t.Fatal(err)
		}
		w.Environment = append(environment, "TF_VAR_contractors="+string(content))
		said := must(t, w, 0, "apply", "-auto-approve")
		if strings.Contains(said, "Check block assertion failed") {
			t.Errorf("%v: a check failed:\n%s", names, said)
		}
		for name := range all {
			if _, expected := contractors[name]; expected != strings.Contains(said, `"`+name+`" = true`) {
				t.Errorf("%v: the output about %s is wrong:\n%s", names, name, said)
			}
		}
		must(t, w, 0, "plan", "-detailed-exitcode")
	}
	must(t, w, 0, "destroy", "-auto-approve")
}
