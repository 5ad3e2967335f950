package management

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"sync"

	sdk "github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/keys/signing"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

const (
	operationKeys       = "read the tenant's published keys"
	operationRotateKeys = "rotate the tenant's signing key"
	operationKeyStates  = "read the tenant's signing keys"
	operationRevokeKey  = "revoke a signing key"
)

// keyStore reads the tenant's JWKS, which needs no token, and rotates its signing key.
type keyStore struct {
	way  transport.Doer
	base *url.URL
	sdk  *signing.Client
	set  *keySetCache
}

func newKeyStore(way transport.Doer, base *url.URL, sdk *signing.Client) *keyStore {
	s := &keyStore{way: way, base: base, sdk: sdk}
	s.set = &keySetCache{fetch: s.fetch}
	return s
}

var _ tenant.Keys = (*keyStore)(nil)

// publishedKey is a key of a JWKS without its numbers.
type publishedKey struct {
	ID          string   `json:"kid"`
	Algorithm   string   `json:"alg"`
	Use         string   `json:"use"`
	Type        string   `json:"kty"`
	Thumbprint  string   `json:"x5t"`
	Certificate []string `json:"x5c"` // base64 of DER, the certificate of the key first
}

func (s *keyStore) Published(ctx context.Context) ([]tenant.Key, error) {
	set, err := s.set.get(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]tenant.Key, 0, len(set.KeySet))
	for _, one := range set.KeySet {
		var key publishedKey
		if err := json.Unmarshal(one, &key); err != nil {
			return nil, transport.Outcome(operationKeys, false, err)
		}
		keys = append(keys, newKey(key))
	}
	return keys, nil
}

func newKey(from publishedKey) tenant.Key {
	key := tenant.Key{ID: from.ID, Algorithm: from.Algorithm, Use: from.Use, Type: from.Type, Thumbprint: from.Thumbprint}
	if len(from.Certificate) > 0 {
		if der, err := base64.StdEncoding.DecodeString(from.Certificate[0]); err == nil {
			key.Certificate = tokens.Certificate(der)
		}
	}
	return key
}

// Verify implements tenant.Keys. It reads the JWKS again only if the cached one lacks the key that the token names.
func (s *keyStore) Verify(ctx context.Context, token tenant.Token) (bool, error) {
	signed, ok := tokens.ParseSigned(token.Value.Reveal())
	if !ok {
		return false, nil
	}
	set, err := s.set.get(ctx)
	if err != nil {
		return false, err
	}
	valid, known := signed.Verify(set.KeySet)
	if known || set.fetched {
		return valid, nil
	}
	if set, err = s.set.refresh(ctx, set); err != nil {
		return false, err
	}
	valid, _ = signed.Verify(set.KeySet)
	return valid, nil
}

// Rotate implements tenant.Keys. The request is never repeated, because a second rotation would revoke the key that signed
// tokens immediately before. Even after an error the cached JWKS is obsolete, because only the response may be lost.
func (s *keyStore) Rotate(ctx context.Context) (tenant.Key, error) {
	defer s.set.invalidate()
	answer, err := write(ctx, transport.Call{Operation: operationRotateKeys}, func(ctx context.Context) (*sdk.RotateSigningKeysResponseContent, error) {
		return s.sdk.Rotate(ctx)
	})
	if err != nil {
		return tenant.Key{}, err
	}
	return tenant.Key{ID: answer.GetKid(), Certificate: answer.GetCert()}, nil
}

// States implements tenant.Keys (KS001).
func (s *keyStore) States(ctx context.Context) (map[string]tenant.KeyState, error) {
	list, err := read(ctx, transport.Call{Operation: operationKeyStates}, func(ctx context.Context) ([]*sdk.SigningKeys, error) {
		return s.sdk.List(ctx)
	})
	states := make(map[string]tenant.KeyState, len(list))
	for _, key := range list {
		switch {
		case key.GetRevoked():
			states[key.GetKid()] = tenant.KeyRevoked
		case key.GetCurrent():
			states[key.GetKid()] = tenant.KeyCurrent
		case key.GetNext():
			states[key.GetKid()] = tenant.KeyNext
		default:
			states[key.GetKid()] = tenant.KeyPrevious
		}
	}
	return states, err
}

// Revoke implements tenant.Keys. The JWKS that was read before is outdated also if the response is lost.
func (s *keyStore) Revoke(ctx context.Context, id string) error {
	defer s.set.invalidate()
	_, err := write(ctx, transport.Call{Operation: operationRevokeKey}, func(ctx context.Context) (*sdk.RevokedSigningKeysResponseContent, error) {
		return s.sdk.Revoke(ctx, id)
	})
	return err
}

// fetch reads the JWKS.
func (s *keyStore) fetch(ctx context.Context) (tokens.KeySet, error) {
	var set struct {
		Keys tokens.KeySet `json:"keys"`
	}
	err := readPublished(ctx, s.way, s.base, operationKeys, "jwks.json", &set)
	return set.Keys, err
}

// keySetCache caches the tenant's JWKS while the provider is configured. A key that is revoked meanwhile remains valid here;
// [keySetCache.refresh] finds a new one.
type keySetCache struct {
	fetch  func(context.Context) (tokens.KeySet, error)
	shared together[int, tokens.KeySet] // by generation

	mu         sync.Mutex
	cached     tokens.KeySet // nil if it was not read yet
	generation int           // incremented when the cached key set becomes obsolete
}

// keySetRead is a key set that was read.
type keySetRead struct {
	tokens.KeySet
	generation int
	fetched    bool // by this caller, so it is not older than the call
}

func (s *keySetCache) get(ctx context.Context) (keySetRead, error) {
	s.mu.Lock()
	got := keySetRead{KeySet: s.cached, generation: s.generation}
	s.mu.Unlock()
	if got.KeySet != nil {
		return got, nil
	}
	var err error
	got.KeySet, got.fetched, err = s.shared.ask(ctx, got.generation, s.fetch)
	if err == nil {
		s.store(got)
	}
	return got, err
}

// store caches a key set, unless it became obsolete while it was being read.
func (s *keySetCache) store(got keySetRead) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation == got.generation {
		s.cached = got.KeySet
	}
}

// invalidate makes later calls read the key set again.
func (s *keySetCache) invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cached, s.generation = nil, s.generation+1
}

// refresh returns a key set that is newer than old, which lacks a key. Concurrent callers share one request.
func (s *keySetCache) refresh(ctx context.Context, old keySetRead) (keySetRead, error) {
	s.mu.Lock()
	if s.generation == old.generation {
		s.cached, s.generation = nil, s.generation+1
	}
	s.mu.Unlock()
	return s.get(ctx)
}
