package management

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newClient reads an answer. What is absent in it has its meaning by rule CL002; how the client proves who it is, only where
// that was asked for and may be read.
func newClient(from *sdk.Client, told bool) tenant.Client {
	proof := proofOf(from.ClientAuthenticationMethods)
	if proof == tenant.ProofSecret && !told {
		proof = tenant.ProofUntold
	}
	return tenant.Client{
		ClientID:                from.GetClientID(),
		Name:                    from.GetName(),
		Description:             from.GetDescription(),
		AppType:                 string(from.GetAppType()),
		GrantTypes:              from.GrantTypes,
		TokenEndpointAuthMethod: string(valueOr(from.TokenEndpointAuthMethod, "")),
		Proof:                   proof,
		Credentials:             newReferences(from),
		Metadata:                newMetadata(from.ClientMetadata),
		TokenQuota:              newQuota(from.TokenQuota),
		OrganizationUsage:       string(valueOr(from.OrganizationUsage, tenant.DefaultOrganizationUsage)),
		DefaultOrganization:     newDefaultOrganization(from.DefaultOrganization),
		RequireProof:            from.GetRequireProofOfPossession(),
		IsThirdParty:            from.IsFirstParty != nil && !*from.IsFirstParty,
		IsGlobal:                from.GetGlobal(),
	}
}

// newMetadata keeps what is text. Auth0 takes nothing else, but the SDK would hold anything.
func newMetadata(from *sdk.ClientMetadata) map[string]string {
	if from == nil {
		return nil
	}
	metadata := make(map[string]string, len(*from))
	for key, value := range *from {
		switch text := value.(type) {
		case nil:
		case string:
			metadata[key] = text
		default:
			metadata[key] = fmt.Sprint(text)
		}
	}
	return metadata
}

// newQuota reads a quota. One without limits is none, and one that does not say so is enforced (TK013).
func newQuota(from *sdk.TokenQuota) tenant.TokenQuota {
	limits := from.GetClientCredentials()
	if limits == nil || limits.GetPerHour() == 0 && limits.GetPerDay() == 0 {
		return tenant.TokenQuota{}
	}
	return tenant.TokenQuota{PerHour: int64(limits.GetPerHour()), PerDay: int64(limits.GetPerDay()), Enforce: valueOr(limits.Enforce, true)}
}

func quotaRequest(quota tenant.TokenQuota) *sdk.TokenQuotaClientCredentials {
	return &sdk.TokenQuotaClientCredentials{PerHour: given(int(quota.PerHour)), PerDay: given(int(quota.PerDay)), Enforce: &quota.Enforce}
}

// newDefaultOrganization reads which organization tokens are for when nobody asks for one. Auth0 knows one flow to which
// that can apply; without it the setting is without effect.
func newDefaultOrganization(from *sdk.ClientDefaultOrganization) string {
	if from == nil || !slices.Contains(from.Flows, sdk.ClientDefaultOrganizationFlowsEnum(tenant.ClientCredentials)) {
		return ""
	}
	return from.OrganizationID
}

func defaultOrganizationRequest(id string) *sdk.ClientDefaultOrganization {
	return &sdk.ClientDefaultOrganization{OrganizationID: id, Flows: []sdk.ClientDefaultOrganizationFlowsEnum{sdk.ClientDefaultOrganizationFlowsEnum(tenant.ClientCredentials)}}
}

// newClientRequest always says of which kind the client is and how it may ask for tokens: what the tenant takes for
// granted there is meant for people who sign in. Keys and a way to show a secret exclude each other (CL009).
func newClientRequest(wanted tenant.Client) *sdk.CreateClientRequestContent {
	body := &sdk.CreateClientRequestContent{
		Name:        wanted.Name,
		Description: given(wanted.Description),
		AppType:     new(sdk.ClientAppTypeEnum(cmp.Or(wanted.AppType, tenant.MachineToMachine))),
	}
	if len(wanted.Credentials) > 0 {
		body.ClientAuthenticationMethods = newMethods(wanted.Credentials)
	} else {
		body.TokenEndpointAuthMethod = new(sdk.ClientTokenEndpointAuthMethodEnum(cmp.Or(wanted.TokenEndpointAuthMethod, tenant.DefaultTokenEndpointAuthMethod)))
	}
	if wanted.IsThirdParty {
		body.SetIsFirstParty(new(false))
	}
	if wanted.TokenQuota != (tenant.TokenQuota{}) {
		body.TokenQuota = &sdk.CreateTokenQuota{ClientCredentials: quotaRequest(wanted.TokenQuota)}
	}
	if wanted.OrganizationUsage != tenant.DefaultOrganizationUsage {
		body.OrganizationUsage = given(sdk.ClientOrganizationUsageEnum(wanted.OrganizationUsage))
	}
	if wanted.DefaultOrganization != "" {
		body.DefaultOrganization = defaultOrganizationRequest(wanted.DefaultOrganization)
	}
	body.RequireProofOfPossession = given(wanted.RequireProof)
	if wanted.GrantTypes == nil {
		body.SetGrantTypes([]string{tenant.ClientCredentials})
	} else {
		body.SetGrantTypes(wanted.GrantTypes)
	}
	if len(wanted.Metadata) > 0 {
		body.ClientMetadata = &sdk.ClientMetadata{}
		for key, value := range wanted.Metadata {
			(*body.ClientMetadata)[key] = value
		}
	}
	return body
}

// clientChangeRequest is an update: the changed fields alone, null for those that are taken away. Metadata are merged
// by the tenant, so null takes a single key away.
func clientChangeRequest(change tenant.ClientChange) *sdk.UpdateClientRequestContent {
	body := &sdk.UpdateClientRequestContent{}
	put(change.Name, body.SetName, pointer)
	put(change.Description, body.SetDescription, pointer)
	put(change.AppType, body.SetAppType, func(kind string) *sdk.ClientAppTypeEnum { return new(sdk.ClientAppTypeEnum(kind)) })
	put(change.GrantTypes, body.SetGrantTypes, func(kinds []string) []string { return append([]string{}, kinds...) })
	put(change.TokenEndpointAuthMethod, body.SetTokenEndpointAuthMethod, func(method string) *sdk.ClientTokenEndpointAuthMethodOrNullEnum {
		return new(sdk.ClientTokenEndpointAuthMethodOrNullEnum(method))
	})
	put(change.Credentials, body.SetClientAuthenticationMethods, methodsOf)
	put(change.TokenQuota, body.SetTokenQuota, func(quota tenant.TokenQuota) *sdk.UpdateTokenQuota {
		return &sdk.UpdateTokenQuota{ClientCredentials: quotaRequest(quota)}
	})
	put(change.OrganizationUsage, body.SetOrganizationUsage, func(usage string) *sdk.ClientOrganizationUsagePatchEnum {
		return new(sdk.ClientOrganizationUsagePatchEnum(usage))
	})
	put(change.DefaultOrganization, body.SetDefaultOrganization, defaultOrganizationRequest)
	put(change.RequireProof, body.SetRequireProofOfPossession, pointer)
	put(change.Secret, body.SetClientSecret, func(value secret.Value) *string { return new(value.Reveal()) })
	if len(change.Metadata) > 0 {
		body.ClientMetadata = &sdk.ClientMetadata{}
		for key, one := range change.Metadata {
			if value, ok := one.Value(); ok {
				(*body.ClientMetadata)[key] = value
			} else if one.Unsets() {
				(*body.ClientMetadata)[key] = nil
			}
		}
	}
	return body
}

// clientDifferences are Auth0's names of what the tenant has otherwise than it was sent.
func clientDifferences(sent, got tenant.Client) []string {
	return fields(
		field{"name", sent.Name == got.Name},
		field{"description", sent.Description == got.Description},
		field{"app_type", sent.AppType == "" || sent.AppType == got.AppType},
		field{"grant_types", sent.GrantTypes == nil || sameSet(sent.GrantTypes, got.GrantTypes)},
		field{"token_endpoint_auth_method", sent.TokenEndpointAuthMethod == "" || sent.TokenEndpointAuthMethod == got.TokenEndpointAuthMethod},
		field{"client_metadata", maps.Equal(sent.Metadata, got.Metadata)},
		field{"token_quota", sent.TokenQuota == got.TokenQuota},
		field{"organization_usage", sent.OrganizationUsage == "" || sent.OrganizationUsage == got.OrganizationUsage},
		field{"default_organization", sent.DefaultOrganization == got.DefaultOrganization},
		field{"require_proof_of_possession", sent.RequireProof == got.RequireProof},
		field{"client_authentication_methods", sameCredentials(sent.Credentials, got.Credentials)},
	)
}

func clientChangeDifferences(change tenant.ClientChange, got tenant.Client) []string {
	kinds, changed := change.GrantTypes.Value()
	return fields(
		field{"name", stays(change.Name, got.Name)},
		field{"description", stays(change.Description, got.Description)},
		field{"app_type", stays(change.AppType, got.AppType)},
		field{"grant_types", !changed || sameSet(kinds, got.GrantTypes)},
		field{"token_endpoint_auth_method", stays(change.TokenEndpointAuthMethod, got.TokenEndpointAuthMethod)},
		field{"client_metadata", metadataStays(change.Metadata, got.Metadata)},
		field{"token_quota", stays(change.TokenQuota, got.TokenQuota)},
		field{"organization_usage", stays(change.OrganizationUsage, got.OrganizationUsage)},
		field{"default_organization", stays(change.DefaultOrganization, got.DefaultOrganization)},
		field{"require_proof_of_possession", stays(change.RequireProof, got.RequireProof)},
		field{"client_authentication_methods", referencesStay(change.Credentials, got)},
	)
}

func metadataStays(change map[string]tenant.Change[string], got map[string]string) bool {
	for key, one := range change {
		value, there := got[key]
		if one.Unsets() && there || !stays(one, value) {
			return false
		}
	}
	return true
}
