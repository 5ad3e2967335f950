package management

import (
	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newAPI reads an answer. What is absent in it has its meaning by rule RS004, so that nobody further in must know.
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
	return converted(from, func(scope *sdk.ResourceServerScope) tenant.Scope {
		return tenant.Scope{Value: scope.Value, Description: scope.GetDescription()}
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

// newAPIRequest is a create without the lifetime for web applications, which the SDK lacks. What the tenant takes for
// granted when it is absent is left out where it is wanted like that: once sent, it is there to stay.
func newAPIRequest(wanted tenant.NewAPI) *sdk.CreateResourceServerRequestContent {
	body := &sdk.CreateResourceServerRequestContent{
		Identifier:         wanted.Identifier,
		Name:               given(wanted.Name),
		SigningAlg:         given(sdk.SigningAlgorithmEnum(wanted.SigningAlg)),
		SigningSecret:      given(wanted.SigningSecret.Reveal()),
		TokenLifetime:      new(int(wanted.TokenLifetime)),
		AllowOfflineAccess: &wanted.AllowOfflineAccess,
		SkipConsentForVerifiableFirstPartyClients: &wanted.SkipConsent,
	}
	if wanted.Scopes != nil {
		body.SetScopes(scopesRequest(wanted.Scopes))
	}
	if wanted.EnforcePolicies {
		body.EnforcePolicies = new(true)
	}
	if wanted.TokenDialect != tenant.DefaultTokenDialect {
		body.TokenDialect = given(sdk.ResourceServerTokenDialectSchemaEnum(wanted.TokenDialect))
	}
	body.AllowOnlineAccess = given(wanted.AllowOnlineAccess)
	body.AllowOnlineAccessWithEphemeralSessions = given(wanted.AllowOnlineAccessEphemeral)
	body.ConsentPolicy = given(sdk.ResourceServerConsentPolicyEnum(wanted.ConsentPolicy))
	if len(wanted.AuthorizationDetailsTypes) > 0 {
		body.AuthorizationDetails = detailsRequest(wanted.AuthorizationDetailsTypes)
	}
	if wanted.AuthorizationPolicy != "" {
		body.AuthorizationPolicy = authorizationPolicyRequest(wanted.AuthorizationPolicy)
	}
	if wanted.ProofOfPossession != (tenant.ProofOfPossession{}) {
		body.ProofOfPossession = proofRequest(wanted.ProofOfPossession)
	}
	if wanted.TokenEncryption != (tenant.TokenEncryption{}) {
		body.TokenEncryption = encryptionRequest(wanted.TokenEncryption)
	}
	if subjects := wanted.SubjectTypeAuthorization; subjects != tenant.DefaultSubjectTypeAuthorization() {
		body.SubjectTypeAuthorization = subjectsRequest(subjects)
	}
	if wanted.Preset {
		body.TokenLifetime = given(int(wanted.TokenLifetime))
		body.AllowOfflineAccess = given(wanted.AllowOfflineAccess)
		body.SkipConsentForVerifiableFirstPartyClients = given(wanted.SkipConsent)
	}
	return body
}

// apiChangeRequest is an update: the changed fields alone, null for those that are taken away.
func apiChangeRequest(change tenant.APIChange) *sdk.UpdateResourceServerRequestContent {
	body := &sdk.UpdateResourceServerRequestContent{}
	put(change.Name, body.SetName, pointer)
	put(change.SigningAlg, body.SetSigningAlg, func(name string) *sdk.SigningAlgorithmEnum {
		return new(sdk.SigningAlgorithmEnum(name))
	})
	put(change.SigningSecret, body.SetSigningSecret, func(value secret.Value) *string { return new(value.Reveal()) })
	put(change.Lifetimes, body.SetTokenLifetime, func(seconds tenant.Lifetimes) *int { return new(int(seconds.Token)) })
	put(change.AllowOfflineAccess, body.SetAllowOfflineAccess, pointer)
	put(change.SkipConsent, body.SetSkipConsentForVerifiableFirstPartyClients, pointer)
	put(change.EnforcePolicies, body.SetEnforcePolicies, pointer)
	put(change.TokenDialect, body.SetTokenDialect, func(name string) *sdk.ResourceServerTokenDialectSchemaEnum {
		return new(sdk.ResourceServerTokenDialectSchemaEnum(name))
	})
	put(change.SubjectTypeAuthorization, body.SetSubjectTypeAuthorization, subjectsRequest)
	put(change.AllowOnlineAccess, body.SetAllowOnlineAccess, pointer)
	put(change.AllowOnlineAccessEphemeral, body.SetAllowOnlineAccessWithEphemeralSessions, pointer)
	put(change.ConsentPolicy, body.SetConsentPolicy, func(name string) *sdk.ResourceServerConsentPolicyEnum {
		return new(sdk.ResourceServerConsentPolicyEnum(name))
	})
	put(change.AuthorizationDetailsTypes, body.SetAuthorizationDetails, detailsRequest)
	put(change.AuthorizationPolicy, body.SetAuthorizationPolicy, authorizationPolicyRequest)
	put(change.ProofOfPossession, body.SetProofOfPossession, proofRequest)
	put(change.TokenEncryption, body.SetTokenEncryption, encryptionRequest)
	put(change.Scopes, body.SetScopes, func(list tenant.ScopeList) []*sdk.ResourceServerScope {
		return scopesRequest(list.Wanted)
	})
	return body
}

// scopesRequest is never nil: an empty list is sent as one.
func scopesRequest(scopes []tenant.Scope) []*sdk.ResourceServerScope {
	return converted(scopes, func(scope tenant.Scope) *sdk.ResourceServerScope {
		return &sdk.ResourceServerScope{Value: scope.Value, Description: given(scope.Description)}
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
