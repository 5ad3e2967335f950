package store

import (
	"encoding/json"
	"fmt"
)

// ResourceServer is an API of the tenant. Body is the object as it is returned.
type ResourceServer struct {
	ID         string          `json:"id"`
	Identifier string          `json:"identifier"`
	System     bool            `json:"system,omitempty"`
	Order      uint64          `json:"order"`
	Secret     string          `json:"secret,omitempty"`     // signs HS256 tokens
	Encryption string          `json:"encryption,omitempty"` // public key in PEM that encrypts tokens
	Body       json.RawMessage `json:"body"`
}

// Client is an application of the tenant. Body is the object as it is returned, without its secret and its keys.
type Client struct {
	ID         string          `json:"id"`
	AppType    string          `json:"app_type,omitempty"`
	FirstParty bool            `json:"first_party,omitempty"`
	Global     bool            `json:"global,omitempty"`
	Order      uint64          `json:"order"`
	Secret     string          `json:"secret"`
	Body       json.RawMessage `json:"body"`
}

// Grant permits a client to request tokens for an audience.
type Grant struct {
	ID              string          `json:"id"`
	ClientID        string          `json:"client_id,omitempty"`
	Audience        string          `json:"audience"`
	SubjectType     string          `json:"subject_type"`
	DefaultFor      string          `json:"default_for,omitempty"`
	AnyOrganization bool            `json:"any_organization,omitempty"`
	System          bool            `json:"system,omitempty"`
	Body            json.RawMessage `json:"body"`
}

// Credential is a public key or certificate of a client. PEM is never returned.
type Credential struct {
	ID       string          `json:"id"`
	ClientID string          `json:"client_id"`
	Order    uint64          `json:"order"`
	PEM      string          `json:"pem,omitempty"`
	Body     json.RawMessage `json:"body"`
}

// Organization is an organization of the tenant. Body is the object as it is returned.
type Organization struct {
	ID    string          `json:"id"`
	Name  string          `json:"name"`
	Order uint64          `json:"order"`
	Body  json.RawMessage `json:"body"`
}

// Association permits tokens for an organization with a grant.
type Association struct {
	OrganizationID string `json:"organization_id"`
	GrantID        string `json:"grant_id"`
	Order          uint64 `json:"order"`
}

func (a *Association) id() string { return a.OrganizationID + " " + a.GrantID }

// Key is a signing key of the tenant. PEM is its private key and is never returned.
type Key struct {
	ID          string `json:"id"` // kid
	Order       uint64 `json:"order"`
	PEM         string `json:"pem"`
	Certificate string `json:"certificate"` // PEM
	State       string `json:"state"`       // "current", "next", "previous" or "revoked"
	CurrentAt   string `json:"current_at,omitempty"`
	PreviousAt  string `json:"previous_at,omitempty"`
	RevokedAt   string `json:"revoked_at,omitempty"`
}

// Note is a text that the tenant stores for itself.
type Note struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (g *Grant) triple() string { return grantKey(g.ClientID, g.Audience, g.SubjectType) }

// grantKey returns the unique key of a grant. A default grant has no client, so that only its audience counts.
func grantKey(clientID, audience, subjectType string) string {
	return fmt.Sprintf("%s\x00%s\x00%s", clientID, audience, subjectType)
}

type keyed[R any] = []func(*R) string

func resourceServers() *table[ResourceServer] {
	return newTable(table[ResourceServer]{
		name: "resource_servers", id: func(r *ResourceServer) string { return r.ID }, creationOrder: func(r *ResourceServer) *uint64 { return &r.Order },
		unique: keyed[ResourceServer]{func(r *ResourceServer) string { return r.Identifier }},
	})
}

// clients returns a table that lists clients in order of creation, the global client last (CL018).
func clients() *table[Client] {
	order := func(c *Client) string {
		if c.Global {
			return fmt.Sprintf("g%016x", c.Order)
		}
		return fmt.Sprintf("%016x", c.Order)
	}
	return newTable(table[Client]{name: "clients", id: func(c *Client) string { return c.ID }, creationOrder: func(c *Client) *uint64 { return &c.Order }, order: order})
}

const (
	grantsOfClient = iota
	grantsOfAudience
)

// grants returns a table that lists grants in byte order of their IDs (CG010).
func grants() *table[Grant] {
	id := func(g *Grant) string { return g.ID }
	return newTable(table[Grant]{name: "client_grants", id: id, order: id, unique: keyed[Grant]{(*Grant).triple}, groups: keyed[Grant]{
		grantsOfClient:   func(g *Grant) string { return g.ClientID },
		grantsOfAudience: func(g *Grant) string { return g.Audience },
	}})
}

func credentials() *table[Credential] {
	return newTable(table[Credential]{
		name: "credentials", id: func(c *Credential) string { return c.ID }, creationOrder: func(c *Credential) *uint64 { return &c.Order },
		groups: keyed[Credential]{func(c *Credential) string { return c.ClientID }},
	})
}

func organizations() *table[Organization] {
	return newTable(table[Organization]{
		name: "organizations", id: func(o *Organization) string { return o.ID }, creationOrder: func(o *Organization) *uint64 { return &o.Order },
		unique: keyed[Organization]{func(o *Organization) string { return o.Name }},
	})
}

const (
	associationsOfOrganization = iota
	associationsOfGrant
)

func associations() *table[Association] {
	order := func(a *Association) *uint64 { return &a.Order }
	return newTable(table[Association]{name: "organization_client_grants", id: (*Association).id, creationOrder: order, groups: keyed[Association]{
		associationsOfOrganization: func(a *Association) string { return a.OrganizationID },
		associationsOfGrant:        func(a *Association) string { return a.GrantID },
	}})
}

func keys() *table[Key] {
	return newTable(table[Key]{name: "keys", id: func(k *Key) string { return k.ID }, creationOrder: func(k *Key) *uint64 { return &k.Order }})
}

func notes() *table[Note] {
	name := func(n *Note) string { return n.Name }
	return newTable(table[Note]{name: "notes", id: name, order: name})
}
