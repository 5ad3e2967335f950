package tenant

import (
	"maps"
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
	ClientID                string
	Name                    string // not unique
	Description             string // empty: none
	AppType                 string // empty: never set
	GrantTypes              []string
	TokenEndpointAuthMethod string // empty: never set, or the client authenticates with keys
	Proof                   Proof
	Credentials             []Credential // those it uses, as far as the answer tells: in full at a create, else by id
	Metadata                map[string]string
	TokenQuota              TokenQuota // zero: none
	OrganizationUsage       string
	DefaultOrganization     string // id of the organization its tokens are for when it names none; empty: none
	RequireProof            bool   // of possession of a key, with every token
	IsThirdParty            bool   // belongs to somebody else than the tenant
	IsGlobal                bool   // the tenant's own "All Applications"
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

// ClientChange is what an update of a client changes.
type ClientChange struct {
	Name                    Change[string]
	Description             Change[string]
	AppType                 Change[string]
	GrantTypes              Change[[]string]
	TokenEndpointAuthMethod Change[string]
	Credentials             Change[[]string]          // ids of those it authenticates with from now on
	Metadata                map[string]Change[string] // by key: the tenant merges metadata (CL008)
	TokenQuota              Change[TokenQuota]
	OrganizationUsage       Change[string]
	DefaultOrganization     Change[string]
	RequireProof            Change[bool]
	Secret                  Change[secret.Value]
}

// Empty reports whether the update changes nothing.
func (c ClientChange) Empty() bool {
	return !(c.Name.Touched() || c.Description.Touched() || c.AppType.Touched() || c.GrantTypes.Touched() ||
		c.TokenEndpointAuthMethod.Touched() || c.Credentials.Touched() || len(c.Metadata) > 0 || c.Secret.Touched() ||
		c.TokenQuota.Touched() || c.OrganizationUsage.Touched() || c.DefaultOrganization.Touched() || c.RequireProof.Touched())
}

// ChangeTo is what turns c into planned: the changed fields alone. Keys are not among them: exchanging those takes several
// steps.
func (c Client) ChangeTo(planned Client) ClientChange {
	change := ClientChange{
		Name:                    differing(c.Name, planned.Name),
		Description:             differing(c.Description, planned.Description),
		TokenEndpointAuthMethod: optional(c.TokenEndpointAuthMethod, planned.TokenEndpointAuthMethod),
		Metadata:                map[string]Change[string]{},
		TokenQuota:              optional(c.TokenQuota, planned.TokenQuota),
		OrganizationUsage:       differing(c.OrganizationUsage, planned.OrganizationUsage),
		DefaultOrganization:     optional(c.DefaultOrganization, planned.DefaultOrganization),
		RequireProof:            differing(c.RequireProof, planned.RequireProof),
	}
	if !sameStrings(c.GrantTypes, planned.GrantTypes) {
		change.GrantTypes = Set(planned.GrantTypes)
	}
	for key := range c.Metadata {
		if _, kept := planned.Metadata[key]; !kept {
			change.Metadata[key] = Unset[string]()
		}
	}
	for key, value := range planned.Metadata {
		if prior, had := c.Metadata[key]; !had || prior != value {
			change.Metadata[key] = Set(value)
		}
	}
	return change
}

// sameStrings reports whether two lists hold the same strings, in whatever order.
func sameStrings(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Equal reports whether two clients are alike in everything a user chooses.
func (c Client) Equal(other Client) bool {
	return c.Name == other.Name && c.Description == other.Description && c.AppType == other.AppType &&
		sameStrings(c.GrantTypes, other.GrantTypes) && c.TokenEndpointAuthMethod == other.TokenEndpointAuthMethod &&
		maps.Equal(c.Metadata, other.Metadata) && c.TokenQuota == other.TokenQuota && c.OrganizationUsage == other.OrganizationUsage &&
		c.DefaultOrganization == other.DefaultOrganization && c.RequireProof == other.RequireProof
}
