package accesscheck_test

import (
	"regexp"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAccAccessCheck_restrictions expects Auth0's message for every setting that restricts access, and true after it is
// reverted.
func TestAccAccessCheck_restrictions(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	const required, notAllowed = "parameter organization is required for this client", "parameter organization is not allowed for this client"
	const notAuthorized = `Client "[^"]+" is not authorized to access resource server "https://[^"]+"`
	j := newJob(t, acctest.New(t))
	acme := j.n.Organization(t, "acme")
	for _, c := range []struct {
		restrict  func()
		organized bool // the request contains an organization
		reason    string
	}{
		{func() { j.api("subject_type_authorization", map[string]any{"client": "deny_all"}) }, false, notAuthorized + `\.$`},
		{j.revoke, false, notAuthorized + `\. You need to create a "client-grant"`},
		{func() { j.client("grant_types", []string{"authorization_code"}) }, false, "Grant type 'client_credentials' not allowed"},
		{func() { j.grant("organization_usage", "require") }, false, required},
		{func() { j.client("organization_usage", "require") }, false, required},
		{func() { j.grant("organization_usage", "deny") }, true, notAllowed},
		{func() { j.client("organization_usage", "deny") }, true, notAllowed},
		{func() { j.grant("allow_any_organization", false) }, true, notAuthorized + ` for organization "org_`},
		{func() { j.client("require_proof_of_possession", true) }, false, "proof of possession is required for this client, and not supported by the resource server"},
	} {
		var organization any
		if c.organized {
			organization = acme
		}
		c.restrict()
		j.expect(organization, result{"authorized": false, "reason": regexp.MustCompile(c.reason), "scopes": nil, "token_type": nil, "bound_to_proof_key": nil})
		j.permit()
		j.expect(organization, result{"authorized": true, "reason": nil, "organization_id": organization})
	}
}

// TestAccAccessCheck_proof expects a DPoP proof if one is required, and no result for an API that binds tokens to a
// certificate.
func TestAccAccessCheck_proof(t *testing.T) {
	acctest.EmulatorOnly(t, "needs proof of possession")
	j := newJob(t, acctest.New(t))
	acme := j.n.Organization(t, "acme")
	bound := func(tokenType string, bound bool) result {
		return result{"authorized": true, "token_type": tokenType, "bound_to_proof_key": bound, "signature_verified": true}
	}
	dpop := func(more ...any) map[string]any {
		return acctest.With(map[string]any{"mechanism": "dpop", "required": true}, more...)
	}
	for _, c := range []struct {
		possession, client map[string]any
		want               result
	}{
		{dpop(), nil, bound("DPoP", true)},
		{dpop("required", false), nil, bound("Bearer", false)},
		{dpop("required_for", "public_clients"), nil, bound("Bearer", false)},
		{dpop("required", false), map[string]any{"require_proof_of_possession": true}, bound("DPoP", true)},
		{map[string]any{"mechanism": "mtls", "required": true}, nil, result{"authorized": nil, "reason": regexp.MustCompile(`TLS client certificate \(mTLS\)`), "bound_to_proof_key": nil}},
	} {
		j.api("proof_of_possession", c.possession)
		j.apply("timesheets_client", c.client)
		j.expect(nil, c.want)
	}
	j.api()
	j.client("default_organization_id", acme)
	j.grant("organization_usage", "require")
	j.expect(nil, result{"authorized": true, "organization_id": acme})
}

// TestAccAccessCheck_nonce expects a new proof after the tenant required a nonce.
func TestAccAccessCheck_nonce(t *testing.T) {
	acctest.EmulatorOnly(t, "uses an option of the emulator")
	j := newJob(t, acctest.New(t, func(o *emulator.Options) { o.Switches.RequireProofNonce = true }))
	j.api("proof_of_possession", map[string]any{"mechanism": "dpop"})
	j.expect(nil, result{"authorized": true, "bound_to_proof_key": true})
}
