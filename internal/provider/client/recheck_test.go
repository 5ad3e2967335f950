package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// planThenApply plans with the CLI, changes the tenant, and applies the saved plan, which must fail without a write.
func planThenApply(t *testing.T, n *acctest.Tenant, w *acctest.Workspace, act func(ctx context.Context) error, phrases ...string) {
	t.Helper()
	w.Succeed("plan", "-out=plan")
	acctest.ChangeTenant(t, act)()
	n.Server.ResetJournal()
	printed, applied := w.Run("apply", "plan")
	if applied || !acctest.Words(append(phrases, "Nothing was changed. Plan again")...).MatchString(printed) {
		t.Errorf("the apply succeeds: %v, and prints\n%s", applied, printed)
	}
	if wrote := n.Writes(); len(wrote) > 0 {
		t.Errorf("the provider wrote %q", wrote)
	}
}

func writeClient(t *testing.T, w *acctest.Workspace, configuration map[string]any) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"resource": map[string]any{clientType: map[string]any{"test": configuration}}})
	if err != nil {
		t.Fatal(err)
	}
	w.Write("main.tf.json", string(text))
}

// wroteNothing is the step after a failed one: the provider wrote nothing, and the tenant passes the check.
func wroteNothing(t *testing.T, n *acctest.Tenant, check acctest.Check) acctest.Step {
	t.Helper()
	return acctest.Step{Destroy: true, Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
		if wrote := n.Writes(); len(wrote) > 0 {
			return fmt.Errorf("the provider wrote %q", wrote)
		}
		return acctest.CheckNow(ctx, check)
	})}
}

// TestAccClient_methodSavedPlan saves a plan of another method of sending the secret. Then the client is switched to mTLS.
func TestAccClient_methodSavedPlan(t *testing.T) {
	acctest.EmulatorOnly(t, "uses certificates")
	n := acctest.New(t)
	w := n.Workspace(t)
	writeClient(t, w, job(n))
	w.Succeed("apply", "-auto-approve")
	writeClient(t, w, job(n, "token_endpoint_auth_method", "client_secret_basic"))
	planThenApply(t, n, w, func(ctx context.Context) error { return switchToCertificate(ctx, t, n) }, "The client was switched to certificates (mTLS) after this plan was made")
	acctest.ChangeTenant(t, func(ctx context.Context) error { return acctest.CheckNow(ctx, expectKind(n, tenant.AuthUnsupported)) })()
	w.Succeed("destroy", "-auto-approve", "-refresh=false")
}

// TestAccClient_mTLSAfterPlan switches a client with a secret to mTLS or keys between plan and apply: another method of sending the
// secret does not disable that, nor do keys disable mTLS. A quota that needs a request of its own is not changed either.
func TestAccClient_mTLSAfterPlan(t *testing.T) {
	acctest.EmulatorOnly(t, "uses certificates")
	first, foreign := newPair(), newPair()
	method, limits := []any{"token_endpoint_auth_method", "client_secret_basic"}, []any{"token_quota", map[string]any{"per_hour": 60, "per_day": 600}}
	keys, limit := []any{"private_key_jwt", map[string]any{"first": map[string]any{"pem": first.pem}}}, []any{"token_quota", map[string]any{"per_hour": 60}}
	switchToKey := func(ctx context.Context, _ *testing.T, n *acctest.Tenant) error {
		return switchToForeignKey(ctx, n, foreign)
	}
	switchToNoKey := func(ctx context.Context, _ *testing.T, n *acctest.Tenant) error {
		if err := switchToForeignKey(ctx, n, foreign); err != nil {
			return err
		}
		return deactivateKey(ctx, n)
	}
	const mTLS, added = "The client was switched to certificates (mTLS) after this plan was made", "Keys were added to the client after this plan was made: foreign"
	for name, c := range map[string]struct {
		planned []any
		act     func(ctx context.Context, t *testing.T, n *acctest.Tenant) error
		want    string
		kind    tenant.AuthKind
	}{
		"mTLS, another method":             {slices.Concat(limits, method), switchToCertificate, mTLS, tenant.AuthUnsupported},
		"mTLS, another method and a limit": {slices.Concat(limit, method), switchToCertificate, mTLS, tenant.AuthUnsupported},
		"mTLS, keys":                       {slices.Concat(limits, keys), switchToCertificate, mTLS, tenant.AuthUnsupported},
		"mTLS, keys and a limit":           {slices.Concat(limit, keys), switchToCertificate, mTLS, tenant.AuthUnsupported},
		"keys, another method":             {slices.Concat(limits, method), switchToKey, added, tenant.AuthKeys},
		"no key, another method":           {slices.Concat(limits, method), switchToNoKey, "The client was switched to keys after this plan was made", tenant.AuthKeys},
		"keys, other keys and a limit":     {slices.Concat(limit, keys), switchToKey, added, tenant.AuthKeys},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			n.Steps(t, clientType,
				acctest.Step{Config: job(n, limits...)},
				acctest.Step{
					Config: job(n, c.planned...), Error: acctest.Words("Unable to update client", c.want, "Nothing was changed"),
					BeforeApply: acctest.ChangeTenant(t, func(ctx context.Context) error { return c.act(ctx, t, n) }),
				},
				wroteNothing(t, n, expectKind(n, c.kind)),
			)
		})
	}
}

func expectKind(n *acctest.Tenant, want tenant.AuthKind) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		found, err := authentication(ctx, n)
		if err == nil && found.AuthKind != want {
			err = fmt.Errorf("the client authenticates with kind %d, want %d", found.AuthKind, want)
		}
		return err
	})
}

// TestAccClient_keysSavedPlan saves a plan that adds a key. Then the other key is revoked.
func TestAccClient_keysSavedPlan(t *testing.T) {
	acctest.EmulatorOnly(t, "counts writes")
	n, first, second := acctest.New(t), newPair(), newPair()
	w := n.Workspace(t)
	writeClient(t, w, keyed(n, map[string]pair{"first": first}))
	w.Succeed("apply", "-auto-approve")
	writeClient(t, w, keyed(n, map[string]pair{"first": first, "second": second}))
	planThenApply(t, n, w, func(ctx context.Context) error { return deleteKey(ctx, n) },
		"Keys of the client were changed after this plan was made", `"first" was removed`)
	acctest.ChangeTenant(t, func(ctx context.Context) error { return acctest.CheckNow(ctx, expectCredentials(n)) })()
	writeClient(t, w, keyed(n, map[string]pair{"second": second}))
	w.Succeed("apply", "-auto-approve")
	w.ExpectEmptyPlan()
	w.Succeed("destroy", "-auto-approve")
}

// TestAccClient_keysChangedAfterPlan changes the key "first" between a plan that keeps it and its apply, which does not undo that.
func TestAccClient_keysChangedAfterPlan(t *testing.T) {
	acctest.EmulatorOnly(t, "counts writes")
	first, second := newPair(), newPair()
	expiry := func(at time.Time) func(ctx context.Context, n *acctest.Tenant) error {
		return func(ctx context.Context, n *acctest.Tenant) error { return expireFirst(ctx, n, at) }
	}
	for name, c := range map[string]struct {
		act  func(ctx context.Context, n *acctest.Tenant) error
		want string
		left []string
	}{
		"removed":        {deleteKey, `"first" was removed`, nil},
		"deactivated":    {deactivateKey, `"first" was deactivated`, []string{"first"}},
		"another expiry": {expiry(time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC)), `"first" expires at 2041-01-01T00:00:00Z`, []string{"first*"}},
		"no expiry":      {expiry(time.Time{}), `"first" never expires`, []string{"first*"}},
		"to a secret":    {switchToSecret, "the client was switched to a secret", []string{"first"}},
		"to a secret, and removed": {func(ctx context.Context, n *acctest.Tenant) error {
			return errors.Join(switchToSecret(ctx, n), deleteUnusedKey(ctx, n))
		}, `"first" was removed`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			n.Steps(t, clientType,
				acctest.Step{Config: keyed(n, map[string]pair{"first": first}, "expires_at", "2040-01-01T00:00:00Z")},
				acctest.Step{
					Config:      keyed(n, map[string]pair{"first": first, "second": second}, "expires_at", "2040-01-01T00:00:00Z"),
					BeforeApply: acctest.ChangeTenant(t, func(ctx context.Context) error { return c.act(ctx, n) }),
					Error:       acctest.Words("Unable to update client", "Keys of the client were changed after this plan was made", c.want, "Nothing was changed. Plan again"),
				},
				wroteNothing(t, n, expectCredentials(n, c.left...)),
			)
		})
	}
}

// TestAccClient_keysPlannedAnyway changes the key "first" between plan and apply in a way that the plan changes as well: the plan wins.
func TestAccClient_keysPlannedAnyway(t *testing.T) {
	acctest.EmulatorOnly(t, "counts writes")
	first, second := newPair(), newPair()
	for name, c := range map[string]struct {
		prior, planned map[string]pair
		expiresAt      string // in the plan; the prior state has none
		act            func(ctx context.Context, n *acctest.Tenant) error
		writes, left   []string
	}{
		"expiry": {
			map[string]pair{"first": first},
			map[string]pair{"first": first},
			"2040-01-01T00:00:00Z",
			func(ctx context.Context, n *acctest.Tenant) error {
				return expireFirst(ctx, n, time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC))
			},
			[]string{expireKey},
			[]string{"first*"},
		},
		"removal": {
			map[string]pair{"first": first, "second": second},
			map[string]pair{"second": second},
			"", func(ctx context.Context, n *acctest.Tenant) error {
				_, id, err := findKey(ctx, n, "second")
				if err == nil {
					_, err = n.Ports.Clients.Update(ctx, key(n), toKeys(id))
				}
				return errors.Join(err, deleteUnusedKey(ctx, n))
			},
			nil,
			[]string{"second*"},
		},
		"replacement": {map[string]pair{"first": first}, map[string]pair{"second": second}, "", deleteKey, []string{addKey, useKeys}, []string{"second*"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			more := []any{}
			if c.expiresAt != "" {
				more = []any{"expires_at", c.expiresAt}
			}
			n.Steps(t, clientType,
				acctest.Step{Config: keyed(n, c.prior)},
				acctest.Step{
					Config:      keyed(n, c.planned, more...),
					BeforeApply: acctest.ChangeTenant(t, func(ctx context.Context) error { return c.act(ctx, n) }),
					Checks:      acctest.Checks{n.ExpectWrites(c.writes...), expectCredentials(n, c.left...)},
				},
			)
		})
	}
}

// TestAccClient_keysResumed lets each request of a rotation fail that keeps one of two keys, before or after the tenant acts. An apply
// without a refresh finishes the rotation.
func TestAccClient_keysResumed(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	const client, credentials, one = "/api/v2/clients/{id}", "/api/v2/clients/{client_id}/credentials", "/api/v2/clients/{client_id}/credentials/{credential_id}"
	old, kept, young := newPair(), newPair(), newPair()
	for name, fault := range map[string]emulator.Fault{
		"old deactivated": {Method: "PATCH", Route: client, Nth: 1},
		"old deleted":     {Method: "DELETE", Route: one},
		"new created":     {Method: "POST", Route: credentials},
		"new activated":   {Method: "PATCH", Route: client, Nth: 2},
		"expiry changed":  {Method: "PATCH", Route: one},
	} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, after %v", name, after), func(t *testing.T) {
				n := acctest.New(t)
				p := n.Protocol(t)
				stored := p.Apply(clientType, acctest.Stored{}, keyed(n, map[string]pair{"old": old, "kept": kept}))
				fault.Status, fault.After = 403, after
				if err := n.Server.Inject(fault); err != nil {
					t.Fatal(err)
				}
				planned := keyed(n, map[string]pair{"kept": kept, "young": young}, "expires_at", "2040-01-01T00:00:00Z")
				stored, diags := p.ApplyWithDiagnostics(clientType, stored, planned)
				if len(diags) == 0 {
					t.Fatal("the apply succeeds in spite of the fault")
				}
				n.Server.ClearFaults()
				stored = p.Apply(clientType, stored, planned)
				if got := p.Plan(clientType, p.Read(clientType, stored), planned).Action; got != core.Noop {
					t.Errorf("the plan after the apply is %s", got)
				}
				acctest.ChangeTenant(t, func(ctx context.Context) error { return acctest.CheckNow(ctx, expectCredentials(n, "kept*", "young*")) })()
			})
		}
	}
}
