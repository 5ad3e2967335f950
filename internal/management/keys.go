package management

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"

	sdk "github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/keys/signing"
	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	operationKeys       = "read the tenant's published keys"
	operationRotateKeys = "rotate the tenant's signing key"
)

// keyStore reads the tenant's key set, for which it needs no token, and rotates what is in it.
type keyStore struct {
	way  transport.Doer
	base *url.URL
	sdk  *signing.Client
	set  *keySet
}

func newKeyStore(way transport.Doer, base *url.URL, sdk *signing.Client) *keyStore {
	s := &keyStore{way: way, base: base, sdk: sdk}
	s.set = &keySet{fetch: s.fetch}
	return s
}

var _ tenant.Keys = (*keyStore)(nil)

// publishedKey is what a key set tells of a key, its numbers aside.
type publishedKey struct {
	ID          string   `json:"kid"`
	Algorithm   string   `json:"alg"`
	Use         string   `json:"use"`
	Type        string   `json:"kty"`
	Thumbprint  string   `json:"x5t"`
	Certificate []string `json:"x5c"` // base64 of DER, the key's own first
}

func (s *keyStore) Published(ctx context.Context) ([]tenant.Key, error) {
	set, err := s.set.get(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]tenant.Key, 0, len(set.documents))
	for _, document := range set.documents {
		var key publishedKey
		if err := json.Unmarshal(document, &key); err != nil {
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
			key.Certificate = certificatePEM(der)
		}
	}
	return key
}

// Verify takes the algorithms that Auth0 signs with its own keys. A token of any other, HS256 for one, is signed by none
// of them. The key set is read again only where it lacks the key that the token names.
func (s *keyStore) Verify(ctx context.Context, token tenant.Token) (bool, error) {
	signed, err := jose.ParseSignedCompact(token.Value.Reveal(), []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.RS512})
	if err != nil {
		return false, nil
	}
	id := signed.Signatures[0].Header.KeyID
	set, err := s.set.get(ctx)
	keys := set.called(id)
	if err == nil && len(keys) == 0 && !set.own {
		set, err = s.set.beyond(ctx, set)
		keys = set.called(id)
	}
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		key.Algorithm = "" // one RSA key serves several algorithms, whichever it is published for
		if _, err := signed.Verify(key); err == nil {
			return true, nil
		}
	}
	return false, nil
}

// Rotate is never sent twice: two rotations would take a key out of use that tokens were signed with a moment ago. Also
// where it fails, the set that was read before is out of date: the answer alone may be lost.
func (s *keyStore) Rotate(ctx context.Context) (tenant.Key, error) {
	defer s.set.drop()
	answer, err := write(ctx, transport.Call{Operation: operationRotateKeys}, func(ctx context.Context) (*sdk.RotateSigningKeysResponseContent, error) {
		return s.sdk.Rotate(ctx)
	})
	if err != nil {
		return tenant.Key{}, err
	}
	return tenant.Key{ID: answer.GetKid(), Certificate: answer.GetCert()}, nil
}

// fetch reads the key set.
func (s *keyStore) fetch(ctx context.Context) (documents, error) {
	var set struct {
		Keys documents `json:"keys"`
	}
	err := readPublished(ctx, s.way, s.base, operationKeys, "jwks.json", &set)
	return set.Keys, err
}
