package diagnose_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestError expects in each error what failed, on which attribute, why in Auth0's words, and what to do next.
func TestError(t *testing.T) {
	reply := tenant.Reply{Status: 400, Code: "some_code", Message: "Auth0's words", RequestID: "req-1"}
	for name, c := range map[string]struct {
		err  error
		at   string
		says []string
		not  []string
	}{
		"not found":     {err: &tenant.NotFound{Reply: reply, Noun: "API", Key: "urn:a"}, says: []string{"Auth0's words", "some_code", "urn:a", "Check this value", "req-1"}, not: []string{"deleted"}},
		"conflict":      {err: &tenant.Conflict{Noun: "API", Key: "urn:a"}, says: []string{"already has an API \"urn:a\"", "import {", "to = timesheets_api.NAME", `id = "urn:a"`, "remove `create_before_destroy`"}},
		"invalid":       {err: &tenant.Invalid{Reply: reply, Field: "scopes[3].value"}, at: "scopes", says: []string{"Auth0's words"}},
		"nested":        {err: &tenant.Invalid{Reply: reply, Field: "quota.client.per_hour"}, at: "quota.per_hour"},
		"deeper":        {err: &tenant.Invalid{Reply: reply, Field: "quota.client.per_hour.x[0]"}, at: "quota.per_hour"},
		"beside":        {err: &tenant.Invalid{Reply: reply, Field: "quota.client.other"}, at: "quota"},
		"element":       {err: &tenant.Invalid{Reply: reply, Field: "keys[1].pem"}, at: `keys["b"].pem`},
		"whole element": {err: &tenant.Invalid{Reply: reply, Field: "keys[1]"}, at: `keys["b"]`},
		"no element":    {err: &tenant.Invalid{Reply: reply, Field: "keys[11].pem"}, at: "keys"},
		"unknown field": {err: &tenant.Invalid{Reply: reply, Field: "other"}, says: []string{"Auth0's words"}},
		"our own rule":  {err: &tenant.Invalid{Reply: tenant.Reply{Message: "it is empty"}, Field: "name"}, at: "name", says: []string{"it is empty"}, not: []string{"Auth0 answered"}},
		"missing scope": {err: &tenant.Denied{Scope: "create:clients"}, says: []string{"`create:clients`", "client grant"}},
		"plan limit":    {err: &tenant.Denied{Reply: tenant.Reply{Code: "too_many_entities", Message: "limit"}}, says: []string{"limit", "plan allows no more"}},
		"plan feature":  {err: &tenant.Denied{Reply: tenant.Reply{Code: "feature_not_enabled"}}, says: []string{"does not include"}},
		"throttled":     {err: &tenant.Throttled{After: time.Second}, says: []string{"rate limit", "request_timeout", "max_concurrency", "rate_limit_share"}},
		"quota":         {err: &tenant.Throttled{After: 59 * time.Minute}, says: []string{"quota", "used up until", " UTC", "in 59m0s"}, not: []string{"max_concurrency"}},
		"ambiguous": {
			err:  &tenant.Ambiguous{Noun: "client", Key: "job", Found: []tenant.Found{{ID: "c1", Name: "job"}, {ID: "c2", Name: "job"}}},
			says: []string{"2 objects", "c1", "c2", "Use the ID"}, not: []string{"import {"},
		},
		"lost": {
			err:  &tenant.Ambiguous{Noun: "client", Key: "job", Found: []tenant.Found{{ID: "c1", Name: "job"}}, Lost: true},
			says: []string{"response to the create was lost", "not created a second time", "c1", "import {", `id = "c1"`},
		},
		"credentials":       {err: &tenant.Unauthenticated{Cause: errors.New("the cause")}, says: []string{"the cause", "AUTH0_DOMAIN", "AUTH0_CLIENT_SECRET"}, not: []string{"AUTH0_API_TOKEN"}},
		"API token":         {err: &tenant.Unauthenticated{Reply: reply, PreIssued: true}, says: []string{"Auth0's words", "AUTH0_API_TOKEN", "takes precedence"}, not: []string{"AUTH0_CLIENT_SECRET"}},
		"not configured":    {err: &tenant.NotConfigured{Cause: errors.New("the domain is not known yet")}, says: []string{"the domain is not known yet. No request was sent."}},
		"credentials again": {err: &tenant.Unauthenticated{Reply: reply, Repeat: true}, says: []string{"credentials are rejected: Auth0's words (some_code). No request was sent"}, not: []string{"AUTH0_CLIENT_SECRET", "\n"}},
		"network":           {err: &tenant.Unavailable{Cause: errors.New("no such host")}, says: []string{"no such host", "AUTH0_DOMAIN", "HTTPS_PROXY"}},
		"network again":     {err: &tenant.Unavailable{Cause: errors.New("no such host"), Repeat: true}, says: []string{"cannot be reached: no such host. No request was sent"}, not: []string{"HTTPS_PROXY", "\n"}},
		"server error":      {err: &tenant.Unavailable{Reply: tenant.Reply{Status: 502, Message: "Bad Gateway"}}, says: []string{"Bad Gateway", "Apply again"}},
		"interrupted":       {err: &tenant.Unavailable{Cause: context.Canceled}, says: []string{"interrupted before the request was sent", "Apply again"}, not: []string{"AUTH0_DOMAIN"}},
		"interrupted late":  {err: &tenant.Unavailable{Cause: context.Canceled, Unsettled: true}, says: []string{"may have carried it out", "Plan again"}, not: []string{"AUTH0_DOMAIN", "was sent"}},
		"unverified":        {err: &tenant.Unverified{Cause: &tenant.Throttled{Reply: tenant.Reply{Message: "no time left"}}}, says: []string{"Auth0 accepted the change", "verifies it failed: no time left. Plan again"}, not: []string{"rate_limit_share"}},
		"unsettled":         {err: &tenant.Unavailable{Unsettled: true}, says: []string{"may have carried it out", "Plan again", "urn:a"}},
		"differs":           {err: &tenant.Differs{Fields: []string{"name", "scopes"}}, at: "name", says: []string{"`name`, `scopes`", "the values of the tenant"}},
		"scopes added":      {err: &tenant.ScopesChanged{Identifier: "urn:a", Added: []string{"x", "y"}}, at: "scopes", says: []string{"added", "`x`, `y`", "urn:a", "Nothing was changed"}},
		"scopes altered":    {err: &tenant.ScopesChanged{Identifier: "urn:a", Altered: []string{"x", "y"}}, at: "scopes", says: []string{"removed", "`x`, `y`", "urn:a", "Nothing was changed"}},
		"contested":         {err: &tenant.Contested{Identifier: "urn:a", Scopes: []string{"x"}}, says: []string{"Another writer", "`x`", "urn:a"}},
		"wrapped":           {err: fmt.Errorf("around it: %w", &tenant.Denied{Scope: "read:clients"}), says: []string{"`read:clients`"}},
		"anything":          {err: errors.New("out of the blue"), says: []string{"out of the blue"}},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			diagnose.AddOperationError(&diags, diagnose.Operation{
				Verb: "create", Noun: "API", Type: "timesheets_api", Key: "urn:a",
				Fields: map[string]path.Path{
					"scopes": path.Root("scopes"), "name": path.Root("name"),
					"quota": path.Root("quota"), "quota.client.per_hour": path.Root("quota").AtName("per_hour"),
					"keys": path.Root("keys"), "keys[1]": path.Root("keys").AtMapKey("b"), "keys[1].pem": path.Root("keys").AtMapKey("b").AtName("pem"),
				},
			}, c.err)
			if len(diags) != 1 || diags[0].Severity() != diag.SeverityError || diags[0].Summary() != "Unable to create API" {
				t.Fatalf("diagnostics: %v", diags)
			}
			at := ""
			if located, ok := diags[0].(diag.DiagnosticWithPath); ok {
				at = located.Path().String()
			}
			if at != c.at {
				t.Errorf("it points at %q, want %q", at, c.at)
			}
			for _, phrase := range c.says {
				if !strings.Contains(diags[0].Detail(), phrase) {
					t.Errorf("it does not say %q:\n%s", phrase, diags[0].Detail())
				}
			}
			for _, phrase := range c.not {
				if strings.Contains(diags[0].Detail(), phrase) {
					t.Errorf("it says %q:\n%s", phrase, diags[0].Detail())
				}
			}
		})
	}
}

func TestKept(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		kept   bool
		errors int
	}{
		"success":  {nil, true, 0},
		"differs":  {&tenant.Differs{Fields: []string{"name"}}, true, 1},
		"refused":  {&tenant.Denied{}, false, 1},
		"conflict": {&tenant.Conflict{}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			kept := diagnose.AddWriteError(&diags, diagnose.Operation{Verb: "update", Noun: "client"}, c.err)
			if kept != c.kept || diags.ErrorsCount() != c.errors {
				t.Errorf("kept %v with %d errors, want %v with %d", kept, diags.ErrorsCount(), c.kept, c.errors)
			}
		})
	}
}

func TestCreated(t *testing.T) {
	differs := func(wider []string, cause error) error {
		return &tenant.Differs{Fields: []string{"scopes", "name"}, Wider: wider, Cause: cause}
	}
	for name, c := range map[string]struct {
		err     error
		created bool
		want    []string // severity, summary, and what the detail contains
		at      string
	}{
		"as sent":       {created: true},
		"refused":       {err: &tenant.Denied{}, want: []string{"Error", "Unable to create API", "does not permit"}},
		"other values":  {err: differs(nil, nil), created: true, want: []string{"Warning", "API differs from the configuration", "`scopes`, `name`"}, at: "scopes"},
		"wider":         {err: differs([]string{"scopes", "name"}, nil), created: true, want: []string{"Warning", "Access is wider than the configuration", "kept them all the same"}, at: "scopes"},
		"not verified":  {err: &tenant.Unverified{Cause: &tenant.Throttled{}}, created: true, want: []string{"Warning", "API is not verified", "accepted the change"}},
		"not corrected": {err: differs([]string{"scopes", "name"}, errors.New("no route")), created: true, want: []string{"Warning", "Access is wider than the configuration", "no route"}, at: "scopes"},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			operation := diagnose.Operation{Verb: "create", Noun: "API", Key: "urn:a", Fields: map[string]path.Path{"scopes": path.Root("scopes")}}
			if got := diagnose.AddCreateError(&diags, operation, c.err); got != c.created {
				t.Errorf("created is %v", got)
			}
			if len(c.want) == 0 {
				if len(diags) > 0 {
					t.Error(diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity().String() != c.want[0] || diags[0].Summary() != c.want[1] || !strings.Contains(diags[0].Detail(), c.want[2]) {
				t.Fatalf("diagnostics %v", diags)
			}
			if located, ok := diags[0].(diag.DiagnosticWithPath); c.at != "" && (!ok || located.Path().String() != c.at) {
				t.Errorf("it points elsewhere: %v", diags[0])
			}
		})
	}
}

func TestFields(t *testing.T) {
	text := schema.StringAttribute{Optional: true}
	of := func() schema.Schema {
		return schema.Schema{Attributes: map[string]schema.Attribute{
			"name":      text,
			"policy_id": text,
			"quota": schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{
				"per_day": text,
				"key":     schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"algorithm": text}},
			}},
		}}
	}
	got := map[string]string{}
	fields := diagnose.Fields(of, map[string]string{"policy": "policy_id", "quota.clients": "quota", "quota.key.alg": "quota.key.algorithm"})
	for name, at := range fields() {
		got[name] = at.String()
	}
	want := map[string]string{
		"name": "name", "policy_id": "policy_id", "policy": "policy_id",
		"quota": "quota", "quota.per_day": "quota.per_day", "quota.key": "quota.key", "quota.key.algorithm": "quota.key.algorithm",
		"quota.key.alg": "quota.key.algorithm",
		"quota.clients": "quota", "quota.clients.per_day": "quota.per_day",
		"quota.clients.key": "quota.key", "quota.clients.key.algorithm": "quota.key.algorithm",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
