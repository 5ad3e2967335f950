package tenant

import (
	"cmp"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// MachineToMachine is the app_type of a machine-to-machine client, the only type that this provider manages.
const MachineToMachine = "non_interactive"

// ClientCredentials is the grant type of a machine-to-machine client.
const ClientCredentials = "client_credentials"

// DefaultOrganizationUsage is the organization usage of clients and grants for which none was set.
const DefaultOrganizationUsage = "deny"

// DefaultTokenEndpointAuthMethod is the authentication method of a client without keys for which none was set (CL002).
const DefaultTokenEndpointAuthMethod = "client_secret_post"

// Client is an application of the tenant.
type Client struct {
	ClientID                string   `auth0:"client_id,read"`
	Name                    string   `auth0:"name"`          // not unique
	Description             string   `auth0:"description"`   // empty: none
	AppType                 string   `auth0:"app_type,read"` // empty: never set
	GrantTypes              []string `auth0:"grant_types"`
	TokenEndpointAuthMethod string   `auth0:"token_endpoint_auth_method"` // empty: never set, or the client authenticates with keys
	AuthKind                AuthKind
	Credentials             []Credential      // those in use, as far as the response contains them: complete after a create, otherwise only IDs
	Metadata                map[string]string `auth0:"client_metadata"`
	TokenQuota              TokenQuota        `auth0:"token_quota"` // zero: none
	OrganizationUsage       string            `auth0:"organization_usage"`
	DefaultOrganization     string            `auth0:"default_organization"`        // ID of the organization of tokens whose request contains none; empty: none
	RequireProof            bool              `auth0:"require_proof_of_possession"` // proof of possession in every token request
	IsThirdParty            bool              `auth0:"is_first_party,read"`         // the inverse of is_first_party
	IsGlobal                bool              `auth0:"global,read"`                 // the tenant's own "All Applications"
}

// TokenQuota limits the number of tokens of a client. 0 means no limit.
type TokenQuota struct {
	PerHour int64
	PerDay  int64
	Enforce bool // reject requests beyond the quota; otherwise they are only logged
}

// Lifts reports whether planned lacks a limit that q has. The tenant may merge a new quota with the old one (GE010), so the old one
// must be removed first.
func (q TokenQuota) Lifts(planned TokenQuota) bool {
	return planned != TokenQuota{} && (q.PerHour > 0 && planned.PerHour == 0 || q.PerDay > 0 && planned.PerDay == 0)
}

// ClientKey identifies a client by its ID or by its exact name.
type ClientKey struct {
	ClientID string
	Name     string
}

// String returns the key for messages.
func (k ClientKey) String() string { return cmp.Or(k.ClientID, k.Name) }

// ClientFilter selects the clients of a list. The zero value selects all.
type ClientFilter struct {
	AppType string
}

// ClientUpdate changes a client from Prior to Planned. Only differences are sent. Keys differ only if AuthKind is AuthKeys; those of
// Credentials that are in use are sent then.
type ClientUpdate struct {
	Prior, Planned Client
	Secret         secret.Value // sent unless empty
}

// Empty reports whether u changes nothing.
func (u ClientUpdate) Empty() bool {
	return len(differing(u.Prior, u.Planned)) == 0 && u.Secret.Empty() && u.Prior.AuthKind == u.Planned.AuthKind &&
		slices.Equal(u.Prior.UsedKeys(), u.Planned.UsedKeys())
}

// UsedKeys returns the sorted IDs of the keys with which c authenticates, or nil if it does not authenticate with keys.
func (c Client) UsedKeys() []string {
	if c.AuthKind != AuthKeys {
		return nil
	}
	ids := []string{}
	for _, one := range c.Credentials {
		if one.InUse {
			ids = append(ids, one.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// ClientFields returns Auth0's names of the fields of a client, without its keys.
func ClientFields() []string { return names[Client]() }
