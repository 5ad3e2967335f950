package clientsecret_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const rotate = "timesheets_rotate_client_secret"

// job creates a client with a known secret.
func job(t *testing.T, n *acctest.Tenant) (clientID, known string) {
	t.Helper()
	clientID = n.CreateClient(t, n.DefaultClient("job"))
	known = "canary-0123456789abcdef"
	change := tenant.ClientUpdate{Secret: secret.New(known)}
	if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: clientID}, change); err != nil {
		t.Fatal(err)
	}
	return clientID, known
}

// currentSecret returns the secret of a client.
func currentSecret(t *testing.T, n *acctest.Tenant, clientID string) string {
	t.Helper()
	found, err := n.Ports.Secrets.Client(t.Context(), clientID)
	if err != nil {
		t.Fatal(err)
	}
	return found.Value.Reveal()
}

// TestAccClientSecret_rotate expects a new secret, which no message contains, and that the last message says what to do.
func TestAccClientSecret_rotate(t *testing.T) {
	n := acctest.New(t)
	clientID, before := job(t, n)
	progress, diags := n.Protocol(t).Invoke(rotate, map[string]any{"client_id": clientID})
	after := currentSecret(t, n, clientID)
	if after == before || after == "" {
		t.Error("the secret was not rotated")
	}
	if len(progress) != 2 || !strings.Contains(progress[0], clientID) || !acctest.Words("has a new secret", "timesheets_client_secret", "dashboard").MatchString(progress[1]) {
		t.Errorf("progress: %q", progress)
	}
	if len(diags) != 1 || !acctest.Words("WARNING: Client has a new secret", "timesheets_client_secret", "dashboard").MatchString(diags[0]) {
		t.Errorf("diagnostics %q", diags)
	}
	if all := strings.Join(append(progress, diags...), " "); strings.Contains(all, after) || strings.Contains(all, before) {
		t.Error("a message contains a secret")
	}
}

func TestAccClientSecret_rotateRefused(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	keyed, _ := n.KeyPair(t, n.Prefix+" keyed")
	clientID, before := job(t, n)
	for name, c := range map[string]struct {
		tenant   *acctest.Tenant
		clientID string
		want     string
	}{
		"the provider's own":                  {n, n.Environment["AUTH0_CLIENT_ID"], "Client is the provider's own"},
		"without the scope":                   {n.WithToken("read:client_keys"), clientID, "update:client_keys"},
		"with a key pair":                     {n, keyed, "Client has no secret"},
		"with a key pair that cannot be read": {n.WithToken("read:clients", "update:client_keys"), keyed, "Unable to rotate client secret"},
		"an unknown client":                   {n, "unknown", "Unable to rotate client secret"},
		"no id":                               {n, "", "Invalid client_id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := c.tenant.Protocol(t).Invoke(rotate, map[string]any{"client_id": c.clientID})
			if len(diags) != 1 || !strings.HasPrefix(diags[0], "ERROR") || !strings.Contains(diags[0], c.want) {
				t.Errorf("diagnostics %q, want %q", diags, c.want)
			}
		})
	}
	if currentSecret(t, n, clientID) != before {
		t.Error("a secret was rotated")
	}
}

// TestAccClientSecret_rotateLost expects an error after a lost response and after one that is not from Auth0, and that the request is
// not repeated.
func TestAccClientSecret_rotateLost(t *testing.T) {
	acctest.EmulatorOnly(t, "cuts the connection")
	n := acctest.New(t)
	clientID, _ := job(t, n)
	const route = "/api/v2/clients/{id}/rotate-secret"
	for want, fault := range map[string]emulator.Fault{
		"Auth0 did not respond":          {Cut: emulator.CutAfter},
		"The response is not from Auth0": {Status: 200, ContentType: "text/html", Body: "<html>Log in</html>"},
	} {
		fault.Method, fault.Route = "POST", route
		if err := n.Server.Inject(fault); err != nil {
			t.Fatal(err)
		}
		n.Server.ResetJournal()
		_, diags := n.Protocol(t).Invoke(rotate, map[string]any{"client_id": clientID})
		if len(diags) != 1 || !strings.Contains(diags[0], "Secret may have been rotated") || !strings.Contains(diags[0], want) {
			t.Errorf("diagnostics %q, want %q", diags, want)
		}
		count := 0
		for _, entry := range n.Server.Journal() {
			if entry.Route == route {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%d requests, want 1", count)
		}
		n.Server.ClearFaults()
	}
}

const secretType = "timesheets_client_secret"

func TestAccClientSecret_read(t *testing.T) {
	n := acctest.NewWithEcho(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture("TestAccClientSecret"),
		ConfigStateChecks: acctest.Checks{
			acctest.Value("echo.test", knownvalue.StringExact("0123456789abcdef/+ canary"), "data"),
		},
	})
}

func TestAccClientSecret_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	clientID, _ := job(t, n)
	n.WithToken("read:clients").Protocol(t).ExpectOpenErrors(secretType, map[string]any{"client_id": clientID}, "Unable to read client secret", "read:client_keys")
}

func TestAccClientSecret_none(t *testing.T) {
	n := acctest.New(t)
	clientID, _ := n.KeyPair(t, n.Prefix+" keyed")
	p := n.Protocol(t)
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": clientID}, "Client has no secret", clientID)
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": "missing"}, "Unable to read client secret", "missing")
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": ""}, "Invalid client_id")
}
