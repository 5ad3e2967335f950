package management

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newClient converts a response. Absent members have the defaults of CL002. How the client authenticates is known only if that was
// requested and may be read.
func newClient(from *sdk.Client, withAuth bool) tenant.Client {
	proof := proofOf(from.ClientAuthenticationMethods)
	if proof == tenant.AuthSecret && !withAuth {
		proof = tenant.AuthUnknown
	}
	return tenant.Client{
		ClientID:                from.GetClientID(),
		Name:                    from.GetName(),
		Description:             from.GetDescription(),
		AppType:                 string(from.GetAppType()),
		GrantTypes:              from.GrantTypes,
		TokenEndpointAuthMethod: string(valueOr(from.TokenEndpointAuthMethod, "")),
		AuthKind:                proof,
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

// newMetadata returns the entries that are strings. Auth0 accepts nothing else, but the SDK decodes any value.
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

// newQuota converts a quota. Without limits there is none, and without the member enforce it is enforced (TK013).
func newQuota(from *sdk.TokenQuota) tenant.TokenQuota {
	limits := from.GetClientCredentials()
	if limits == nil || limits.GetPerHour() == 0 && limits.GetPerDay() == 0 {
		return tenant.TokenQuota{}
	}
	return tenant.TokenQuota{PerHour: int64(limits.GetPerHour()), PerDay: int64(limits.GetPerDay()), Enforce: valueOr(limits.Enforce, true)}
}

func quotaRequest(quota tenant.TokenQuota) *sdk.UpdateTokenQuota {
	if quota == (tenant.TokenQuota{}) {
		return nil
	}
	return &sdk.UpdateTokenQuota{ClientCredentials: &sdk.TokenQuotaClientCredentials{
		PerHour: nonZero(int(quota.PerHour)), PerDay: nonZero(int(quota.PerDay)), Enforce: &quota.Enforce,
	}}
}

// newDefaultOrganization returns the organization of tokens whose request contains none. Without the one flow that Auth0 supports, the
// setting has no effect.
func newDefaultOrganization(from *sdk.ClientDefaultOrganization) string {
	if from == nil || !slices.Contains(from.Flows, sdk.ClientDefaultOrganizationFlowsEnum(tenant.ClientCredentials)) {
		return ""
	}
	return from.OrganizationID
}

func defaultOrganizationRequest(id string) *sdk.ClientDefaultOrganization {
	if id == "" {
		return nil
	}
	return &sdk.ClientDefaultOrganization{OrganizationID: id, Flows: []sdk.ClientDefaultOrganizationFlowsEnum{sdk.ClientDefaultOrganizationFlowsEnum(tenant.ClientCredentials)}}
}

// clientDocument returns the members of an update. Metadata are merged key by key (CL008).
func clientDocument(client tenant.Client) document {
	body := &sdk.UpdateClientRequestContent{
		Name:                        &client.Name,
		Description:                 &client.Description,
		AppType:                     nonZero(sdk.ClientAppTypeEnum(client.AppType)),
		TokenEndpointAuthMethod:     nonZero(sdk.ClientTokenEndpointAuthMethodOrNullEnum(client.TokenEndpointAuthMethod)),
		TokenQuota:                  quotaRequest(client.TokenQuota),
		OrganizationUsage:           nonZero(sdk.ClientOrganizationUsagePatchEnum(client.OrganizationUsage)),
		DefaultOrganization:         defaultOrganizationRequest(client.DefaultOrganization),
		RequireProofOfPossession:    &client.RequireProof,
		ClientAuthenticationMethods: methodsOf(client.UsedKeys()),
	}
	body.SetGrantTypes(append([]string{}, client.GrantTypes...))
	metadata := document{}
	for key, value := range client.Metadata {
		metadata[key] = value
	}
	return documentOf(body).with(document{memberMetadata: metadata})
}

const (
	memberMetadata = "client_metadata"
	memberMethods  = "client_authentication_methods"
)

// newClientDocument returns the members of a create. It always contains the type of the client and its grant types, because the defaults
// are for user login. Keys and an authentication method for a secret exclude each other (CL009).
func newClientDocument(wanted tenant.Client) document {
	body := &sdk.CreateClientRequestContent{Name: wanted.Name}
	wanted.AuthKind = tenant.AuthUnknown
	wanted.AppType = cmp.Or(wanted.AppType, tenant.MachineToMachine)
	wanted.TokenEndpointAuthMethod = cmp.Or(wanted.TokenEndpointAuthMethod, tenant.DefaultTokenEndpointAuthMethod)
	if len(wanted.Credentials) > 0 {
		wanted.TokenEndpointAuthMethod = ""
		body.ClientAuthenticationMethods = newMethods(wanted.Credentials)
	}
	if wanted.GrantTypes == nil {
		wanted.GrantTypes = []string{tenant.ClientCredentials}
	}
	if wanted.IsThirdParty {
		body.SetIsFirstParty(new(false))
	}
	assumed := clientDocument(newClient(&sdk.Client{}, false)).without("grant_types") // what absent members mean
	return documentOf(body).with(changes(assumed, clientDocument(wanted)).withoutNulls())
}

// clientChanges returns the members of an update that changes something, except for the secret.
func clientChanges(update tenant.ClientUpdate) document {
	return changes(clientDocument(update.Prior), clientDocument(update.Planned))
}

// clientCreatedDifferently returns Auth0's names of the members whose values differ from those of the create.
func clientCreatedDifferently(wanted, got tenant.Client) []string {
	wanted.AppType = cmp.Or(wanted.AppType, got.AppType)
	wanted.TokenEndpointAuthMethod = cmp.Or(wanted.TokenEndpointAuthMethod, got.TokenEndpointAuthMethod)
	wanted.OrganizationUsage = cmp.Or(wanted.OrganizationUsage, got.OrganizationUsage)
	if wanted.GrantTypes == nil {
		wanted.GrantTypes = got.GrantTypes
	}
	wanted.AuthKind, got.AuthKind = tenant.AuthUnknown, tenant.AuthUnknown // keys have no id before they are created
	names := clientChanges(tenant.ClientUpdate{Prior: got, Planned: wanted}).names()
	hidden := len(got.Credentials) == 0 && got.TokenEndpointAuthMethod == "" // shown only to tokens that may read them (CL013)
	if !hidden && !sameCredentials(wanted.Credentials, got.Credentials) {
		names = append(names, memberMethods)
	}
	return names
}

// clientUpdatedDifferently returns Auth0's names of the members whose values differ from those of the update. A response without keys
// shows nothing about them: the token may be allowed to write them and not to read them.
func clientUpdatedDifferently(changed document, got tenant.Client) []string {
	if got.AuthKind == tenant.AuthUnknown && changed[memberMethods] != nil {
		changed = changed.without(memberMethods)
	}
	return unapplied(changed, clientDocument(got))
}

const (
	credentialScope = "read:client_credentials"

	// proofFields contain how a client authenticates, and the purposes of its credentials (CL011, CR012).
	proofFields = "client_authentication_methods,signed_request_object,token_vault_privileged_access"
)

// proofs records whether reads of clients can request how they authenticate.
type proofs struct {
	way     *transport.Transport
	refused atomic.Bool // the tenant rejected these fields in spite of the token's scopes
}

// readClients reads a client or a page, with proofFields if the token is known to have the permission to read keys. Requesting a field
// that the token may not read fails the whole request (CL013), so it is repeated without these fields.
func readClients[T any](ctx context.Context, p *proofs, operation string, do func(ctx context.Context, fields string, withAuth bool) (T, error)) (T, error) {
	ctx, cancel := p.way.Bound(ctx)
	defer cancel()
	scopes, err := p.scopes(ctx, operation)
	if err != nil {
		return *new(T), err
	}
	if slices.Contains(scopes, credentialScope) && !p.refused.Load() {
		got, err := do(ctx, clientFields+","+proofFields, true)
		denied := new(tenant.Denied)
		if !errors.As(err, &denied) || denied.Scope != "" {
			return got, err
		}
		if denied.Code == "insufficient_scope" {
			p.refused.Store(true)
		}
	}
	return do(ctx, clientFields, false)
}

func (p *proofs) scopes(ctx context.Context, operation string) ([]string, error) {
	return read(ctx, transport.Call{Operation: operation}, p.way.Scopes)
}

// Require implements tenant.Permissions.
func (p *proofs) Require(ctx context.Context, operation string, required ...string) error {
	scopes, err := p.scopes(ctx, operation)
	if err != nil || len(scopes) == 0 {
		return err
	}
	for _, scope := range required {
		if !slices.Contains(scopes, scope) {
			return &tenant.Denied{Reply: tenant.Reply{Operation: operation}, Scope: scope}
		}
	}
	return nil
}
