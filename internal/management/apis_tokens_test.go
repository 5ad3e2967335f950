package management_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// What guards an API's tokens travels both ways, but for the key itself, which the tenant keeps to itself.
func TestAPIGuards(t *testing.T) {
	const sent = `{"name":"n","identifier":"urn:a","allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false,
		"token_lifetime":86400,"token_lifetime_for_web":7200,"allow_online_access":true,"allow_online_access_with_ephemeral_sessions":true,
		"consent_policy":"transactional-authorization-with-mfa","authorization_details":[{"type":"payment"}],"authorization_policy":{"policy_id":"apol_1"},
		"proof_of_possession":{"mechanism":"dpop","required":true,"required_for":"all_clients"},
		"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","kid":"id","pem":"public"}}}`
	const answer = `{"id":"1","name":"n","identifier":"urn:a","allow_online_access":true,"allow_online_access_with_ephemeral_sessions":true,
		"consent_policy":"transactional-authorization-with-mfa","authorization_details":[{"type":"payment"}],"authorization_policy":{"policy_id":"apol_1"},
		"proof_of_possession":{"mechanism":"dpop","required":true,"required_for":"all_clients"},
		"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","kid":"id"}}}`
	const nulls = `{"consent_policy":null,"authorization_details":null,"authorization_policy":null,"proof_of_possession":null,"token_encryption":null}`
	server := newServer(t, map[string]func(call) reply{
		"POST " + apisPath:          says(201, answer),
		"PATCH " + apisPath + "/1":  says(200, `{"id":"1","name":"n","identifier":"urn:a"}`),
		"DELETE " + apisPath + "/1": says(204, ""),
	})
	apis := server.tenant(t).APIs
	wanted := tenant.API{
		Name: "n", Identifier: "urn:a", TokenLifetime: 86400, TokenLifetimeForWeb: 7200, TokenDialect: "access_token",
		SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(), AllowOnlineAccess: true, AllowOnlineAccessEphemeral: true,
		ConsentPolicy: "transactional-authorization-with-mfa", AuthorizationDetailsTypes: []string{"payment"}, AuthorizationPolicy: "apol_1",
		ProofOfPossession: tenant.ProofOfPossession{Mechanism: "dpop", Required: true, RequiredFor: "all_clients"},
		TokenEncryption:   tenant.TokenEncryption{Format: "compact-nested-jwe", KeyName: "k", Algorithm: "RSA-OAEP-256", KeyID: "id", PEM: "public"},
	}
	got, err := apis.Create(t.Context(), tenant.NewAPI{API: wanted})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, server.asked("")[0].Body, sent)
	kept := wanted
	kept.ID, kept.SigningAlg, kept.TokenEncryption.PEM = "1", "RS256", ""
	if diff := cmp.Diff(kept, got); diff != "" {
		t.Error(diff)
	}
	plain := got
	plain.AuthorizationDetailsTypes, plain.ConsentPolicy, plain.AuthorizationPolicy = nil, "", ""
	plain.ProofOfPossession, plain.TokenEncryption = tenant.ProofOfPossession{}, tenant.TokenEncryption{}
	if _, err := apis.Update(t.Context(), got.Key(), tenant.APIUpdate{Prior: got, Planned: plain}); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, server.asked("")[1].Body, nulls)
}
