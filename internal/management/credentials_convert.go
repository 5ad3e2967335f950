package management

import (
	"slices"
	"time"

	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newAuthentication joins a client's public keys with which of them it uses. Keys that it only uses for something else are
// of no concern here (CR012).
func newAuthentication(client tenant.Client, list []*sdk.ClientCredential) tenant.Authentication {
	found := tenant.Authentication{Proof: client.Proof}
	for _, one := range list {
		if one.GetCredentialType() != sdk.ClientCredentialTypeEnumPublicKey {
			continue
		}
		credential := newCredential(one)
		if at := slices.IndexFunc(client.Credentials, func(used tenant.Credential) bool { return used.ID == credential.ID }); at >= 0 {
			credential.InUse, credential.Shared = client.Credentials[at].InUse, client.Credentials[at].Shared
		}
		if credential.InUse || !credential.Shared {
			found.Credentials = append(found.Credentials, credential)
		}
	}
	return found
}

func proofOf(methods *sdk.ClientAuthenticationMethod) tenant.Proof {
	switch {
	case methods == nil:
		return tenant.ProofSecret
	case methods.PrivateKeyJwt != nil:
		return tenant.ProofKeys
	case methods.TLSClientAuth != nil, methods.SelfSignedTLSClientAuth != nil, len(methods.GetExtraProperties()) > 0:
		return tenant.ProofOtherwise
	}
	return tenant.ProofSecret
}

func newCredential(from *sdk.ClientCredential) tenant.Credential {
	return tenant.Credential{
		ID:        from.GetID(),
		Name:      from.GetName(),
		Algorithm: string(valueOr(from.Alg, "RS256")),
		KeyID:     from.GetKid(),
		ExpiresAt: from.GetExpiresAt(),
	}
}

func newCredentialRequest(wanted tenant.Credential) *sdk.PostClientCredentialRequestContent {
	return &sdk.PostClientCredentialRequestContent{
		CredentialType: sdk.ClientCredentialTypeEnumPublicKey,
		Name:           given(wanted.Name),
		Pem:            given(wanted.PEM),
		Alg:            given(sdk.PublicKeyCredentialAlgorithmEnum(wanted.Algorithm)),
		ExpiresAt:      given(wanted.ExpiresAt),
	}
}

// credentialDifferences are Auth0's names of what the tenant has otherwise than it was sent.
func credentialDifferences(sent, got tenant.Credential) []string {
	return fields(
		field{"name", sent.Name == got.Name},
		field{"alg", sent.Algorithm == "" || sent.Algorithm == got.Algorithm},
		field{"kid", sent.KeyID == "" || sent.KeyID == got.KeyID},
		field{"expires_at", tenant.SameMoment(sent.ExpiresAt, got.ExpiresAt)},
	)
}

// newMethods lets a new client authenticate with keys that are created along with it (CR002).
func newMethods(keys []tenant.Credential) *sdk.ClientCreateAuthenticationMethod {
	method := &sdk.ClientCreateAuthenticationMethodPrivateKeyJwt{}
	for _, key := range keys {
		method.Credentials = append(method.Credentials, &sdk.PublicKeyCredential{
			CredentialType: sdk.PublicKeyCredentialTypeEnumPublicKey,
			Name:           given(key.Name),
			Pem:            key.PEM,
			Alg:            given(sdk.PublicKeyCredentialAlgorithmEnum(key.Algorithm)),
			ExpiresAt:      given(key.ExpiresAt),
		})
	}
	return &sdk.ClientCreateAuthenticationMethod{PrivateKeyJwt: method}
}

// methodsOf lets a client authenticate with keys that it has (CR003); nil if it does not do so with keys.
func methodsOf(ids []string) *sdk.ClientAuthenticationMethod {
	if ids == nil {
		return nil
	}
	method := &sdk.ClientAuthenticationMethodPrivateKeyJwt{Credentials: []*sdk.CredentialID{}}
	for _, id := range ids {
		method.Credentials = append(method.Credentials, &sdk.CredentialID{ID: id})
	}
	return &sdk.ClientAuthenticationMethod{PrivateKeyJwt: method}
}

// newReferences are the credentials that an answer names: those that let the client in, and those that it uses for
// something else. After a create the former are there in full, which the SDK has no place for; otherwise there are ids
// alone (CR002, CR012).
func newReferences(from *sdk.Client) []tenant.Credential {
	var named []tenant.Credential
	if methods := from.ClientAuthenticationMethods; methods != nil && methods.PrivateKeyJwt != nil {
		named = converted(methods.PrivateKeyJwt.Credentials, newReference)
	}
	for _, other := range slices.Concat(from.SignedRequestObject.GetCredentials(), from.TokenVaultPrivilegedAccess.GetCredentials()) {
		at := slices.IndexFunc(named, func(one tenant.Credential) bool { return one.ID == other.GetID() })
		if at < 0 {
			at, named = len(named), append(named, tenant.Credential{ID: other.GetID()})
		}
		named[at].Shared = true
	}
	return named
}

func newReference(from *sdk.CredentialID) tenant.Credential {
	extra := from.GetExtraProperties()
	text := func(name string) string {
		value, _ := extra[name].(string)
		return value
	}
	expires, err := time.Parse(time.RFC3339, text("expires_at"))
	if err != nil {
		expires = time.Time{}
	}
	return tenant.Credential{
		ID: from.GetID(), Name: text("name"), Algorithm: text("alg"), KeyID: text("kid"), ExpiresAt: expires, InUse: true,
	}
}

// sameCredentials reports whether a created client has the keys it was created with.
func sameCredentials(sent, got []tenant.Credential) bool {
	return len(sent) == len(got) && !slices.ContainsFunc(sent, func(one tenant.Credential) bool {
		return !slices.ContainsFunc(got, func(other tenant.Credential) bool { return len(credentialDifferences(one, other)) == 0 })
	})
}
