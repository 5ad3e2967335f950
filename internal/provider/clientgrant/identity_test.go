package clientgrant_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// createClientAndAPI creates a client and an API, which Terraform does not manage.
func createClientAndAPI(t *testing.T, n *acctest.Tenant) (clientID, audience string) {
	t.Helper()
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload"}, tenant.Scope{Value: "read:timesheets"})
	return n.CreateClient(t, n.DefaultClient("job")), api.Identifier
}

// TestAccClientGrant_identity expects that the resource identity contains client, audience and subject type, but not the ID, which
// changes when the client is switched off and on.
func TestAccClientGrant_identity(t *testing.T) {
	for _, subject := range []string{"client", "user"} {
		t.Run(subject, func(t *testing.T) {
			n := acctest.New(t)
			client, audience := createClientAndAPI(t, n)
			grantConfig := func(scope string) map[string]any {
				return map[string]any{"client_id": client, "audience": audience, "subject_type": subject, "scopes": []string{scope}}
			}
			key := map[string]any{"client_id": client, "audience": audience, "subject_type": subject}
			n.Protocol(t).ExpectIdentity(t, "timesheets_client_grant", grantConfig("batch:upload"), grantConfig("read:timesheets"),
				func(map[string]any) map[string]any { return key })
		})
	}
}

// TestAccClientGrant_importIdentity imports grants by an import ID and by an identity. An identity without a subject type means the
// subject type client, and is complete after the read.
func TestAccClientGrant_importIdentity(t *testing.T) {
	n := acctest.New(t)
	client, audience := createClientAndAPI(t, n)
	p := n.Protocol(t)
	pair, own, users := client+" "+audience, map[string]any{"client_id": client, "audience": audience}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user"}
	user := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user", "scopes": []string{"batch:upload"}})
	p.ExpectImports(t, "timesheets_client_grant", user, []string{pair + " user", fmt.Sprint(user.State["id"])}, users)
	if _, errs := p.Import("timesheets_client_grant", "", own); errs == nil {
		t.Error("the grant with subject type user is imported with subject type client")
	}
	complete := map[string]any{"client_id": client, "audience": audience, "subject_type": "client"}
	created := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "scopes": []string{"read:timesheets"}})
	p.ExpectImports(t, "timesheets_client_grant", created, []string{pair, pair + " client", fmt.Sprint(created.State["id"])}, own, complete)
	if !reflect.DeepEqual(created.Identity, complete) {
		t.Errorf("the identity is %v, want %v", created.Identity, complete)
	}
}
