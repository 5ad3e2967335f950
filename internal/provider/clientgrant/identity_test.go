package clientgrant_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// parties are a client and an API of others, between which a grant can be.
func parties(t *testing.T, n *acctest.Tenant) (clientID, audience string) {
	t.Helper()
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{
		Name: n.Prefix, AppType: tenant.MachineToMachine, GrantTypes: []string{tenant.ClientCredentials}, TokenEndpointAuthMethod: "client_secret_post",
	})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
	})
	api, err := n.Ports.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{
		Name: n.Prefix, Identifier: "https://" + n.Prefix + ".example", SigningAlg: tenant.DefaultSigningAlg,
		TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
		TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
		Scopes: []tenant.Scope{{Value: "batch:upload"}, {Value: "read:timesheets"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, api.Key()) })
	return client.ClientID, api.Identifier
}

// What names a grant for good is between whom it is and for whom; its id changes when somebody switches it off and on.
func TestAccClientGrant_identity(t *testing.T) {
	for _, subject := range []string{"client", "user"} {
		t.Run(subject, func(t *testing.T) {
			n := acctest.New(t)
			client, audience := parties(t, n)
			granted := func(scope string) map[string]any {
				return map[string]any{"client_id": client, "audience": audience, "subject_type": subject, "scopes": []string{scope}}
			}
			key := map[string]any{"client_id": client, "audience": audience, "subject_type": subject}
			n.Protocol(t).ExpectIdentity(t, "timesheets_client_grant", granted("batch:upload"), granted("read:timesheets"),
				func(map[string]any) map[string]any { return key })
		})
	}
}

// An identity without a subject type is that of a client which speaks for itself, and complete once it is read.
func TestAccClientGrant_importIdentity(t *testing.T) {
	n := acctest.New(t)
	client, audience := parties(t, n)
	p := n.Protocol(t)
	pair, own, users := client+" "+audience, map[string]any{"client_id": client, "audience": audience}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user"}
	user := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user", "scopes": []string{"batch:upload"}})
	p.ExpectImports(t, "timesheets_client_grant", user, []string{pair + " user", fmt.Sprint(user.State["id"])}, users)
	if _, said := p.Import("timesheets_client_grant", "", own); said == nil {
		t.Error("the grant for users is imported as one of the client")
	}
	whole := map[string]any{"client_id": client, "audience": audience, "subject_type": "client"}
	itself := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "scopes": []string{"read:timesheets"}})
	p.ExpectImports(t, "timesheets_client_grant", itself, []string{pair, pair + " client", fmt.Sprint(itself.State["id"])}, own, whole)
	if !reflect.DeepEqual(itself.Identity, whole) {
		t.Errorf("the identity is %v, not %v", itself.Identity, whole)
	}
}
