package management

import (
	"slices"

	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newDetailsTypes returns the types of authorization details. The SDK decodes any value; in Auth0 each has a type.
func newDetailsTypes(from []any) []string {
	var kinds []string
	for _, item := range from {
		details, _ := item.(map[string]any)
		if kind, ok := details["type"].(string); ok {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func detailsRequest(kinds []string) []any {
	if len(kinds) == 0 {
		return nil
	}
	return mapSlice(kinds, func(kind string) any { return map[string]any{"type": kind} })
}

func newAuthorizationPolicy(from *sdk.ResourceServerAuthorizationPolicy) string {
	if from == nil {
		return ""
	}
	return from.PolicyID
}

func authorizationPolicyRequest(id string) *sdk.ResourceServerAuthorizationPolicy {
	if id == "" {
		return nil
	}
	return &sdk.ResourceServerAuthorizationPolicy{PolicyID: id}
}

func newProof(from *sdk.ResourceServerProofOfPossession) tenant.ProofOfPossession {
	if from == nil {
		return tenant.ProofOfPossession{}
	}
	return tenant.ProofOfPossession{
		Mechanism: string(from.Mechanism), Required: from.Required, RequiredFor: string(valueOr(from.RequiredFor, "")),
	}
}

func proofRequest(proof tenant.ProofOfPossession) *sdk.ResourceServerProofOfPossession {
	if proof == (tenant.ProofOfPossession{}) {
		return nil
	}
	return &sdk.ResourceServerProofOfPossession{
		Mechanism:   sdk.ResourceServerProofOfPossessionMechanismEnum(proof.Mechanism),
		Required:    proof.Required,
		RequiredFor: nonZero(sdk.ResourceServerProofOfPossessionRequiredForEnum(proof.RequiredFor)),
	}
}

func newEncryption(from *sdk.ResourceServerTokenEncryption) tenant.TokenEncryption {
	if from == nil || from.EncryptionKey == nil {
		return tenant.TokenEncryption{}
	}
	key := from.EncryptionKey
	return tenant.TokenEncryption{
		Format: string(from.Format), KeyName: key.GetName(), Algorithm: string(key.Alg), KeyID: key.GetKid(),
	}
}

func encryptionRequest(encryption tenant.TokenEncryption) *sdk.ResourceServerTokenEncryption {
	if encryption == (tenant.TokenEncryption{}) {
		return nil
	}
	return &sdk.ResourceServerTokenEncryption{
		Format: sdk.ResourceServerTokenEncryptionFormatEnum(encryption.Format),
		EncryptionKey: &sdk.ResourceServerTokenEncryptionKey{
			Name: nonZero(encryption.KeyName),
			Alg:  sdk.ResourceServerTokenEncryptionAlgorithmEnum(encryption.Algorithm),
			Kid:  nonZero(encryption.KeyID),
			Pem:  encryption.PEM,
		},
	}
}
