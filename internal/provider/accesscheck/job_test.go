package accesscheck_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// job is an API with a client that has access to it. The provider manages them without the CLI.
type job struct {
	*acctest.Protocol

	t      *testing.T
	n      *acctest.Tenant
	stored map[string]acctest.Stored
}

func newJob(t *testing.T, n *acctest.Tenant) *job {
	t.Helper()
	j := &job{Protocol: n.Protocol(t), t: t, n: n, stored: map[string]acctest.Stored{}}
	n.Later(func(ctx context.Context) error {
		if err := n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: fmt.Sprint(j.clientID())}); err != nil {
			return err
		}
		return n.Ports.APIs.Delete(ctx, tenant.APIKey{Identifier: j.n.Identifier()})
	})
	j.permit()
	return j
}

func (j *job) clientID() any { return j.stored["timesheets_client"].State["client_id"] }

// apply applies a resource with its own attributes and more.
func (j *job) apply(typeName string, more map[string]any) {
	j.t.Helper()
	config := map[string]map[string]any{
		"timesheets_api":          {"name": j.n.Prefix + " API", "identifier": j.n.Identifier(), "token_lifetime": 3600, "scopes": map[string]any{"batch:upload": nil, "read:timesheets": nil}},
		"timesheets_client":       {"name": j.n.Prefix + " job"},
		"timesheets_client_grant": {"client_id": j.clientID(), "audience": j.n.Identifier(), "scopes": []string{"batch:upload"}},
	}[typeName]
	if j.n.Server != nil && typeName != "timesheets_api" { // not every tenant's subscription plan includes organizations
		config["organization_usage"] = "allow"
	}
	if j.n.Server != nil && typeName == "timesheets_client_grant" {
		config["allow_any_organization"] = true
	}
	for name, value := range more {
		config[name] = value
	}
	j.stored[typeName] = j.Apply(typeName, j.stored[typeName], config)
}

// api, client and grant apply their resource with more attributes: names and values in turn.
func (j *job) api(more ...any) { j.apply("timesheets_api", acctest.With(nil, more...)) }

func (j *job) client(more ...any) { j.apply("timesheets_client", acctest.With(nil, more...)) }

func (j *job) grant(more ...any) { j.apply("timesheets_client_grant", acctest.With(nil, more...)) }

// permit gives the client access.
func (j *job) permit() {
	j.api()
	j.client()
	j.grant()
}

// revoke deletes the grant.
func (j *job) revoke() {
	j.t.Helper()
	key := tenant.GrantKey{ID: fmt.Sprint(j.stored["timesheets_client_grant"].State["id"])}
	if err := j.n.Ports.Grants.Delete(j.t.Context(), key); err != nil {
		j.t.Fatal(err)
	}
	delete(j.stored, "timesheets_client_grant")
}

// result contains expected attributes of an access check. A regular expression matches a text.
type result map[string]any

// expect reads the access check of the job in a new provider process.
func (j *job) expect(organization any, want result) {
	j.t.Helper()
	j.Configure()
	got, diags := j.ReadData("timesheets_access_check", map[string]any{"client_id": j.clientID(), "audience": j.n.Identifier(), "organization": organization})
	if strings.Contains(strings.Join(diags, "\n"), "ERROR") {
		j.t.Fatalf("diagnostics %q", diags)
	}
	for name, value := range want {
		if pattern, ok := value.(*regexp.Regexp); ok && !pattern.MatchString(fmt.Sprint(got[name])) || !ok && !reflect.DeepEqual(got[name], value) {
			j.t.Errorf("%s is %v, want %v (%q)", name, got[name], value, diags)
		}
	}
}
