package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_appTypeChanged changes the app_type of a managed client outside Terraform: every plan warns of it.
func TestAccClient_appTypeChanged(t *testing.T) {
	acctest.EmulatorOnly(t, "changes a member that the provider's ports cannot change")
	n := acctest.New(t)
	w := n.Workspace(t)
	w.Write("main.tf", "resource \"timesheets_client\" \"test\" {\n  name = \""+n.Prefix+" job\"\n}\n")
	w.Succeed("apply", "-auto-approve")
	if plan := w.Succeed("plan"); strings.Contains(plan, "Warning") {
		t.Errorf("an unchanged client causes a warning:\n%s", plan)
	}
	client, err := findClient(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	n.Send(t, http.MethodPatch, "clients/"+client.ClientID, map[string]any{"app_type": "spa"}, nil)
	if plan := w.Succeed("plan"); !strings.Contains(plan, "Client was changed to another kind") || !strings.Contains(plan, "`spa`") {
		t.Errorf("the plan does not warn of the application type:\n%s", plan)
	}
}
