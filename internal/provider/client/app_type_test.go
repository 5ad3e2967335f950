package client_test

import (
	"net/http"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_appTypeChanged changes the app_type of a managed client outside Terraform: every plan warns of it.
func TestAccClient_appTypeChanged(t *testing.T) {
	acctest.EmulatorOnly(t, "changes a member that the provider's ports cannot change")
	n := acctest.New(t)
	p := n.Protocol(t)
	stored := p.Apply(clientType, acctest.Stored{}, job(n))
	if got := p.PlanErrors(clientType, stored, job(n)); got != nil {
		t.Errorf("an unchanged client causes %q", got)
	}
	client, err := findClient(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	n.Send(t, http.MethodPatch, "clients/"+client.ClientID, map[string]any{"app_type": "spa"}, nil)
	p.Configure()
	if got := p.PlanErrors(clientType, stored, job(n)); len(got) != 1 || !acctest.Words("Client was changed to another kind", "`spa`").MatchString(got[0]) {
		t.Errorf("the plan reports %q, and does not warn of the application type", got)
	}
}
