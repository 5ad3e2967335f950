package signingkey_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

func TestAccSigningKeys(t *testing.T) {
	n := acctest.New(t)
	first := func(attribute string, want knownvalue.Check) acctest.Check {
		return statecheck.ExpectKnownValue("data.timesheets_signing_keys.test", tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey(attribute), want)
	}
	n.Run(t, resource.TestStep{ConfigStateChecks: acctest.Checks{
		first("id", knownvalue.NotNull()),
		first("use", knownvalue.StringExact("sig")),
		first("type", knownvalue.StringExact("RSA")),
		first("certificate", knownvalue.NotNull()),
	}})
}

// TestAccSigningKeys_noScopes reads the keys with a token without scopes, because they are public.
func TestAccSigningKeys_noScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	keys := acctest.New(t).WithToken("read:nothing").Protocol(t).Data("timesheets_signing_keys", nil)["keys"]
	if list, _ := keys.([]any); len(list) == 0 {
		t.Errorf("the keys are %v", keys)
	}
}
