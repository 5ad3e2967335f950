package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"io"
	"time"
)

// Options configures a Server. The zero value is a new tenant in memory on a free loopback port.
type Options struct {
	Listen   string           // address to listen on; default 127.0.0.1:0
	State    string           // file that stores the tenant; "" stores it in memory
	URL      string           // address that clients use if a proxy is in front of the server; default: the address of Listen
	Clock    func() time.Time // default time.Now
	Rand     io.Reader        // source of ids and secrets, read by one goroutine at a time; default crypto/rand
	Limits   Limits           // rate limits and entity limits; default: none
	TLS      bool             // serve HTTPS with a certificate of a temporary authority (Server.CA)
	Seed     *Seed            // objects of a new tenant besides its own; an existing state is not changed
	Switches Switches

	// SigningKey returns a signing key whenever the tenant needs another one; default: a new key of 2048 bits.
	SigningKey func() (*rsa.PrivateKey, error)

	// RequestTimeout limits the time in which the headers of a request, and then its body, must arrive; default 10 seconds.
	RequestTimeout time.Duration
}

// Switches chooses between behaviors if public sources about the real service leave them open. The zero value has all
// defaults. FACTS.md describes what is known.
type Switches struct {
	CascadeAPIDelete      bool   // deleting an API deletes the grants on it; default: they remain and permit no tokens (RS014)
	MissingClientDelete   bool   // deleting a missing client is 404; default: 204 (CL021)
	RefuseShortLifetime   bool   // token_lifetime below the web lifetime is 400; default: the web lifetime is reduced (RS008)
	RefuseDuplicateScopes bool   // a scope value twice in one API is 400; default: stored as sent (RS010)
	RefuseWhitespace      bool   // whitespace inside a scope value is 400; default: stored as sent (RS011)
	HideSigningSecret     bool   // the signing_secret of an API is never returned; default: returned (RS009)
	ListsWithoutScopes    bool   // lists of APIs omit the member scopes; default: included (RS018)
	StrictGrantScopes     bool   // a grant's scopes must be scopes of the API; default: any (CG005)
	PageTotals            bool   // total of a list of grants is that of the page; default: that of the list (CG012)
	RefuseForeignScope    bool   // requesting a scope outside the grant is 403; default: it is omitted (TK008)
	DropRemovedScopes     bool   // a token omits scopes that the API no longer has; default: it contains them (TK009)
	StrictAuthMethod      bool   // the secret must be sent as token_endpoint_auth_method says; default: either method (TK003)
	NewSecretAfterKeys    bool   // a client that changes from keys to a secret gets a new one; default: its old one (CL016)
	LimitCredentials      bool   // a third credential of a client is 400; default: any number (CR006)
	FreeCredentialDelete  bool   // deleting a credential in use works; default: 400 (CR007)
	DefaultAudience       string // audience of token requests without one; default: 403 (TK006)
	DeepPages             bool   // numbered pages reach the end of every list; default: 1000 records if it has checkpoints (GE019)
	ReplaceObjects        bool   // an object in a PATCH, except client_metadata, replaces the stored one; default: they are merged (GE010)
	DeepMerge             bool   // PATCH merges objects inside objects of a client, except add-ons; default: replaces them (GE010)
	DenySecretSilently    bool   // client_secret in fields is ignored if the token cannot read it; default: 403 (CL013)

	IgnoreClientOrganizationUsage bool // organization_usage of a client has no effect on client credentials; default: it does (OR010)
	OrganizationNames             bool // requests can use the name of an organization, and tokens contain org_name; default: IDs only (OR013)
	RequireProofNonce             bool // every DPoP proof needs a nonce; default: no proof of a client with a secret or key does (PP003)
}

// Credentials contains the ID and the secret of a machine-to-machine client.
type Credentials struct{ ClientID, ClientSecret string }

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.SigningKey == nil {
		o.SigningKey = newSigningKey
	}
	if o.RequestTimeout == 0 {
		o.RequestTimeout = requestTimeout
	}
	return o
}
