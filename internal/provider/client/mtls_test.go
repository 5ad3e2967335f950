package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_mTLSRejected imports a client that uses mTLS, which the first apply would disable: the import fails.
func TestAccClient_mTLSRejected(t *testing.T) {
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" certified")
	n.Certificate(t, id)
	want := acctest.Words("Client cannot be managed here", "timesheets_client cannot manage the client", "(mTLS)", "Manage the client with auth0/auth0")
	if _, errs := n.Protocol(t).Import(clientType, id, nil); len(errs) != 1 || !want.MatchString(errs[0]) { // the plan would be rejected too
		t.Errorf("errors %q, want %s", errs, want)
	}
}

// TestAccClient_mTLSMoved moves a client that uses mTLS, which the first apply would disable: the plan fails.
func TestAccClient_mTLSMoved(t *testing.T) {
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" certified")
	planErrors := func() []string {
		p := n.Protocol(t) // another provider process, because one process caches what it reads
		moved, errs := p.Move("registry.terraform.io/auth0/auth0", "auth0_client", 0, `{"client_id":"`+id+`","name":"job","app_type":"non_interactive"}`, "timesheets_client")
		if errs != nil {
			t.Fatal(errs)
		}
		return p.PlanErrors("timesheets_client", moved, map[string]any{"name": "job"})
	}
	if got := planErrors(); got != nil {
		t.Errorf("a client with keys: errors %q", got)
	}
	n.Certificate(t, id)
	if got := planErrors(); len(got) != 1 || !acctest.Words("Client cannot be managed here", "(mTLS)", "Manage the client with auth0/auth0", "`moved` block").MatchString(got[0]) {
		t.Errorf("a client with a certificate: errors %q", got)
	}
}

// TestAccClient_mTLSDrift switches a client to mTLS outside Terraform: every plan is rejected, except one with a removed block.
// Once it is switched back, the client can be managed again.
func TestAccClient_mTLSDrift(t *testing.T) {
	key := newPair()
	for name, writes := range map[string][]string{ // after it was switched back
		"secret": nil, "keys": {useKeys + " token_endpoint_auth_method"},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			configuration := job(n)
			if name == "keys" {
				configuration = keyed(n, map[string]pair{"first": key})
			}
			switched := acctest.ChangeTenant(t, func(ctx context.Context) error { return switchToCertificate(ctx, t, n) })
			back := acctest.ChangeTenant(t, func(ctx context.Context) error {
				_, err := n.Ports.Clients.Update(ctx, tenant.ClientKey{Name: n.Prefix + " job"}, toSecret)
				if wrote := n.Writes(); len(wrote) > 0 {
					err = fmt.Errorf("the provider wrote %q", wrote)
				}
				return err
			})
			rejected := acctest.Words("Client cannot be managed here", "timesheets_client cannot manage the client", "(mTLS)", "To stop managing it without changing it", "removed")
			n.Steps(t, clientType,
				acctest.Step{Config: configuration},
				acctest.Step{Before: switched, Config: configuration, Error: rejected},
				acctest.Step{Config: job(n, "description", "Uploads"), Error: rejected},
				acctest.Step{Before: back, Config: configuration, Checks: acctest.Checks{n.ExpectWrites(writes...)}},
				acctest.Step{Before: switched, Forget: true, Checks: acctest.Checks{n.ExpectWrites()}},
			)
		})
	}
}

// switchToCertificate switches the client of the test to mTLS.
func switchToCertificate(ctx context.Context, t *testing.T, n *acctest.Tenant) error {
	t.Helper()
	client, err := findClient(ctx, n)
	n.Certificate(t, client.ClientID)
	return err
}

// TestAccClient_keysShared expects that keys for signed request objects are neither shown nor deleted. A key that is used for both
// purposes is deactivated for authentication, but not deleted.
func TestAccClient_keysShared(t *testing.T) {
	n, first, second, foreign := acctest.New(t), newPair(), newPair(), newPair()
	addSigningKey := func(name string, key pair) func() {
		return acctest.ChangeTenant(t, func(ctx context.Context) error {
			client, err := findClient(ctx, n)
			n.SignedRequests(t, client.ClientID, name, key.pem)
			return errors.Join(err, n.ResetJournal(ctx))
		})
	}
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"first": first})},
		acctest.Step{
			Before: addSigningKey("foreign", foreign), Config: keyed(n, map[string]pair{"second": second}),
			Checks: acctest.Checks{n.ExpectWrites(addKey, useKeys, dropKey), expectKeys("second"), expectCredentials(n, "second*"), expectAllCredentials(t, n, "foreign", "second")},
		},
		acctest.Step{
			Before: addSigningKey("second", second), Config: keyed(n, map[string]pair{"third": first}),
			Checks: acctest.Checks{n.ExpectWrites(addKey, useKeys), expectKeys("third"), expectCredentials(n, "third*"), expectAllCredentials(t, n, "second", "third", "foreign")},
		},
		acctest.Step{
			Config: job(n),
			Checks: acctest.Checks{value("private_key_jwt", knownvalue.Null()), expectCredentials(n), expectAllCredentials(t, n, "second", "foreign")},
		},
	)
}

// expectAllCredentials checks the names of all credentials of the client, whatever their purpose.
func expectAllCredentials(t *testing.T, n *acctest.Tenant, want ...string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		client, err := findClient(ctx, n)
		if err != nil {
			return err
		}
		got := n.Credentials(t, client.ClientID)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the client has the credentials %v, want %v", got, want)
		}
		return nil
	})
}
