package management

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"

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
