package emulator

import (
	"crypto/rand"
	"io"
	"time"
)

// Options say how a Server is started. The zero value is a fresh tenant in memory on a free loopback port.
type Options struct {
	Listen   string           // address to listen on; default 127.0.0.1:0
	State    string           // file that keeps the tenant; "" keeps it in memory
	URL      string           // address clients use when something stands in front of the server; default: where it listens
	Clock    func() time.Time // default time.Now
	Rand     io.Reader        // source of ids and secrets, read by one goroutine at a time; default crypto/rand
	Limits   Limits           // how often it may be asked, how much it holds; default: no limits
	TLS      bool             // serve https, with a certificate of a throw-away authority (Server.CA)
	Seed     *Seed            // what a new tenant holds besides its own objects; an older state is left as it is
	Switches Switches

	// RequestTimeout limits how long the headers of a request, and then its body, may take to arrive; default 10 seconds.
	RequestTimeout time.Duration
}

// Switches choose between behaviours the public record of the real service leaves open. The zero value is the default
// of each; FACTS.md tells what is known.
type Switches struct {
	CascadeAPIDelete      bool   // deleting an API deletes the grants on it; default: they stay and give no tokens (RS014)
	MissingClientDelete   bool   // deleting a client that is not there is 404; default 204 (CL021)
	RefuseShortLifetime   bool   // token_lifetime below the web lifetime is 400; default: the web lifetime follows (RS008)
	RefuseDuplicateScopes bool   // a scope value twice in one API is 400; default: kept as sent (RS010)
	RefuseBlankScopes     bool   // a blank inside a scope value is 400; default: kept as sent (RS011)
	HideSigningSecret     bool   // the signing_secret of an API is never answered; default: answered (RS009)
	ListsWithoutScopes    bool   // lists of APIs leave out the member scopes; default: it is there (RS018)
	StrictGrantScopes     bool   // a grant's scopes must be scopes of the API; default: anything goes (CG005)
	PageTotals            bool   // total of a list of grants counts the page only; default: the whole list (CG012)
	RefuseForeignScope    bool   // asking for a scope outside the grant is 403; default: it is left out (TK008)
	DropRemovedScopes     bool   // a token leaves out scopes the API no longer has; default: it carries them (TK009)
	StrictAuthMethod      bool   // the secret must come the way token_endpoint_auth_method says; default: either way (TK003)
	NewSecretAfterKeys    bool   // a client that returns from keys to secrets gets a new one; default: its old one (CL016)
	LimitCredentials      bool   // a third credential of a client is 400; default: any number (CR006)
	FreeCredentialDelete  bool   // deleting a credential in use works; default: 400 (CR007)
	DefaultAudience       string // audience of token requests that name none; default: they are 403 (TK006)
	DeepPages             bool   // pages by number reach all of every list; default: 1000 records where it has checkpoints (GE019)
	ReplaceObjects        bool   // an object in a PATCH replaces the one that is there, but client_metadata; default: they merge (GE010)
	DeepMerge             bool   // PATCH merges objects inside objects of a client, add-ons aside; default: replaces them (GE010)
	DenySecretSilently    bool   // naming client_secret in fields without the right to it drops it; default: 403 (CL013)

	IgnoreClientOrganizationUsage bool // organization_usage of a client has no effect on client credentials; default: it has (OR010)
	OrganizationNames             bool // requests may name an organization by its name, and tokens carry org_name; default: ids only (OR013)
	RequireProofNonce             bool // every DPoP proof needs a nonce; default: no proof of a client with a secret or key does (PP003)
}

// Credentials are what a machine-to-machine client identifies itself with.
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
	if o.RequestTimeout == 0 {
		o.RequestTimeout = requestTimeout
	}
	return o
}
