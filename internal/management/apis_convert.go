package management

import (
	"cmp"
	"slices"

	sdk "github.com/auth0/go-auth0/v3/management"
	"golang.org/x/text/unicode/norm"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newAPI converts a response. Absent members have the defaults of RS004.
func newAPI(from *sdk.ResourceServer) tenant.API {
	lifetime := valueOr(from.TokenLifetime, tenant.DefaultTokenLifetime)
	return tenant.API{
		ID:                       from.GetID(),
		Identifier:               from.GetIdentifier(),
		Name:                     from.GetName(),
		SigningAlg:               string(valueOr(from.SigningAlg, tenant.DefaultSigningAlg)),
		Scopes:                   newScopes(from.Scopes),
		TokenLifetime:            int64(lifetime),
		TokenLifetimeForWeb:      int64(valueOr(from.TokenLifetimeForWeb, min(lifetime, tenant.DefaultTokenLifetimeForWeb))),
		AllowOfflineAccess:       from.GetAllowOfflineAccess(),
		SkipConsent:              from.GetSkipConsentForVerifiableFirstPartyClients(),
		EnforcePolicies:          from.GetEnforcePolicies(),
		TokenDialect:             string(valueOr(from.TokenDialect, tenant.DefaultTokenDialect)),
		SubjectTypeAuthorization: newSubjects(from.SubjectTypeAuthorization),
		IsSystem:                 from.GetIsSystem(),

		AllowOnlineAccess:          from.GetAllowOnlineAccess(),
		AllowOnlineAccessEphemeral: from.GetAllowOnlineAccessWithEphemeralSessions(),
		ConsentPolicy:              string(valueOr(from.ConsentPolicy, "")),
		AuthorizationDetailsTypes:  newDetailsTypes(from.AuthorizationDetails),
		AuthorizationPolicy:        newAuthorizationPolicy(from.AuthorizationPolicy),
		ProofOfPossession:          newProof(from.ProofOfPossession),
		TokenEncryption:            newEncryption(from.TokenEncryption),
	}
}

func newScopes(from []*sdk.ResourceServerScope) []tenant.Scope {
	if from == nil {
		return nil
	}
	return mapSlice(from, func(scope *sdk.ResourceServerScope) tenant.Scope {
		read := tenant.Scope{Value: norm.NFC.String(scope.Value), Description: norm.NFC.String(scope.GetDescription())}
		if read.Value != scope.Value {
			read.Original = scope.Value
		}
		return read
	})
}

func newSubjects(from *sdk.ResourceServerSubjectTypeAuthorization) tenant.SubjectTypeAuthorization {
	subjects := tenant.DefaultSubjectTypeAuthorization()
	if user := from.GetUser(); user.Policy != nil {
		subjects.User = string(*user.Policy)
	}
	if client := from.GetClient(); client.Policy != nil {
		subjects.Client = string(*client.Policy)
	}
	return subjects
}

// apiDocument returns the members of an update.
func apiDocument(api tenant.API) document {
	body := &sdk.UpdateResourceServerRequestContent{
		Name:               nonZero(api.Name),
		SigningAlg:         nonZero(sdk.SigningAlgorithmEnum(api.SigningAlg)),
		TokenLifetime:      nonZero(int(api.TokenLifetime)),
		AllowOfflineAccess: &api.AllowOfflineAccess,
		SkipConsentForVerifiableFirstPartyClients: &api.SkipConsent,
		EnforcePolicies:                        &api.EnforcePolicies,
		TokenDialect:                           nonZero(sdk.ResourceServerTokenDialectSchemaEnum(api.TokenDialect)),
		SubjectTypeAuthorization:               subjectsRequest(api.SubjectTypeAuthorization),
		AllowOnlineAccess:                      &api.AllowOnlineAccess,
		AllowOnlineAccessWithEphemeralSessions: &api.AllowOnlineAccessEphemeral,
		ConsentPolicy:                          nonZero(sdk.ResourceServerConsentPolicyEnum(api.ConsentPolicy)),
		AuthorizationDetails:                   detailsRequest(api.AuthorizationDetailsTypes),
		AuthorizationPolicy:                    authorizationPolicyRequest(api.AuthorizationPolicy),
		ProofOfPossession:                      proofRequest(api.ProofOfPossession),
		TokenEncryption:                        encryptionRequest(api.TokenEncryption),
	}
	if api.Scopes != nil {
		body.SetScopes(scopesRequest(api.Scopes))
	}
	members := documentOf(body)
	if api.TokenLifetimeForWeb > 0 { // the SDK's request types lack it
		members["token_lifetime_for_web"] = float64(api.TokenLifetimeForWeb)
	}
	return members
}

// newAPIDocument returns the members of a create. Defaults are not sent, because the tenant would store them permanently. Two flags are
// always sent, unless the tenant determines the values.
func newAPIDocument(wanted tenant.NewAPI) document {
	assumed := apiDocument(tenant.API{TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization()})
	if !wanted.Preset {
		assumed = assumed.without("allow_offline_access", "skip_consent_for_verifiable_first_party_clients")
	}
	return documentOf(&sdk.CreateResourceServerRequestContent{
		Identifier:    wanted.Identifier,
		SigningSecret: nonZero(wanted.SigningSecret.Reveal()),
	}).with(changes(assumed, apiDocument(wanted.API)).withoutNulls())
}

// apiChanges returns the members of an update that changes something.
func apiChanges(update tenant.APIUpdate) document {
	update = update.Effective()
	return changes(apiDocument(update.Prior), apiDocument(update.Planned))
}

// apiCreatedDifferently returns Auth0's names of the members whose values differ from those of the create.
func apiCreatedDifferently(wanted tenant.NewAPI, got tenant.API) []string {
	if wanted.Preset {
		return nil
	}
	wanted.Name = cmp.Or(wanted.Name, got.Name)
	wanted.SigningAlg = cmp.Or(wanted.SigningAlg, got.SigningAlg)
	wanted.TokenDialect = cmp.Or(wanted.TokenDialect, got.TokenDialect)
	wanted.SubjectTypeAuthorization = cmp.Or(wanted.SubjectTypeAuthorization, got.SubjectTypeAuthorization)
	got.TokenEncryption.PEM = wanted.TokenEncryption.PEM // sent, never returned (RS023)
	return apiChanges(tenant.APIUpdate{Prior: got, Planned: wanted.API}).names()
}

// apiUpdatedDifferently returns Auth0's names of the members whose values differ from those of the update.
func apiUpdatedDifferently(changed document, update tenant.APIUpdate, got tenant.API) []string {
	got.TokenEncryption.PEM = update.Planned.TokenEncryption.PEM // sent, never returned (RS023)
	return unapplied(changed, apiDocument(tenant.APIUpdate{Prior: update.Prior, Planned: got}.Effective().Planned))
}

// scopesRequest returns the scopes of a request. It is never nil, so that an empty list is sent.
func scopesRequest(scopes []tenant.Scope) []*sdk.ResourceServerScope {
	return mapSlice(scopes, func(scope tenant.Scope) *sdk.ResourceServerScope {
		return &sdk.ResourceServerScope{Value: cmp.Or(scope.Original, scope.Value), Description: nonZero(scope.Description)}
	})
}

func subjectsRequest(subjects tenant.SubjectTypeAuthorization) *sdk.ResourceServerSubjectTypeAuthorization {
	body := &sdk.ResourceServerSubjectTypeAuthorization{}
	if subjects.User != "" {
		policy := sdk.ResourceServerSubjectTypeAuthorizationUserPolicyEnum(subjects.User)
		body.User = &sdk.ResourceServerSubjectTypeAuthorizationUser{Policy: &policy}
	}
	if subjects.Client != "" {
		policy := sdk.ResourceServerSubjectTypeAuthorizationClientPolicyEnum(subjects.Client)
		body.Client = &sdk.ResourceServerSubjectTypeAuthorizationClient{Policy: &policy}
	}
	if body.User == nil && body.Client == nil {
		return nil
	}
	return body
}

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
