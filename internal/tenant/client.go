package tenant

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// MachineToMachine is the app_type of a client that acts for itself. It is the only kind this product manages.
const MachineToMachine = "non_interactive"

// ClientCredentials is the grant type with which a machine-to-machine client asks for tokens.
const ClientCredentials = "client_credentials"

// DefaultOrganizationUsage is what a client, and each of its grants, may do with organizations that was never told
// otherwise.
const DefaultOrganizationUsage = "deny"

// DefaultTokenEndpointAuthMethod is how a client authenticates that was never told otherwise and has no keys (CL002).
const DefaultTokenEndpointAuthMethod = "client_secret_post"

// Client is an application: it asks for tokens.
type Client struct {
	ClientID                string   `auth0:"client_id,read"`
	Name                    string   `auth0:"name"`          // not unique
	Description             string   `auth0:"description"`   // empty: none
	AppType                 string   `auth0:"app_type,read"` // empty: never set
	GrantTypes              []string `auth0:"grant_types"`
	TokenEndpointAuthMethod string   `auth0:"token_endpoint_auth_method"` // empty: never set, or the client authenticates with keys
	Proof                   Proof
	Credentials             []Credential      // those it uses, as far as the answer tells: in full at a create, else by id
	Metadata                map[string]string `auth0:"client_metadata"`
	TokenQuota              TokenQuota        `auth0:"token_quota"` // zero: none
	OrganizationUsage       string            `auth0:"organization_usage"`
	DefaultOrganization     string            `auth0:"default_organization"`        // id of the organization its tokens are for when it names none; empty: none
	RequireProof            bool              `auth0:"require_proof_of_possession"` // of possession of a key, with every token
	IsThirdParty            bool              `auth0:"is_first_party,read"`         // belongs to somebody else than the tenant
	IsGlobal                bool              `auth0:"global,read"`                 // the tenant's own "All Applications"
}

// TokenQuota is how many tokens a client may get. A limit of 0 is none.
type TokenQuota struct {
	PerHour int64
	PerDay  int64
	Enforce bool // refuse what is beyond; else it is only logged
}

// Lifts reports whether planned has no limit where q has one. The tenant may lay a new quota over the old one, limit by
// limit (GE010): then the old one has to go first.
func (q TokenQuota) Lifts(planned TokenQuota) bool {
	return planned != TokenQuota{} && (q.PerHour > 0 && planned.PerHour == 0 || q.PerDay > 0 && planned.PerDay == 0)
}

// ClientKey names one client by its id, or by its exact name.
type ClientKey struct {
	ClientID string
	Name     string
}

// String is the key as a person would write it.
func (k ClientKey) String() string { return firstOf(k.ClientID, k.Name) }

// ClientFilter narrows a list of clients; empty lists all.
type ClientFilter struct {
	AppType string
}

// ClientUpdate turns a client into the planned one. Only what differs is sent. Keys differ only where Proof says ProofKeys:
// then those of Credentials that are in use are sent.
type ClientUpdate struct {
	Prior, Planned Client
	Secret         secret.Value // sent unless empty
}

// Empty reports whether u changes nothing.
func (u ClientUpdate) Empty() bool {
	return len(differing(u.Prior, u.Planned)) == 0 && u.Secret.Empty() && u.Prior.Proof == u.Planned.Proof &&
		slices.Equal(u.Prior.UsedKeys(), u.Planned.UsedKeys())
}

// UsedKeys returns the sorted ids of the keys with which c authenticates; nil if it does not do so with keys.
func (c Client) UsedKeys() []string {
	if c.Proof != ProofKeys {
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

// ClientFields returns Auth0's names of what c holds, except for its keys.
func ClientFields() []string { return names[Client]() }
