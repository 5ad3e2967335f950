package diagnose_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

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
