package management

import (
	"slices"
	"time"

	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newAuthentication combines the public keys of a client with the information which of them are in use. It omits keys that are used only
// for other purposes (CR012).
func newAuthentication(client tenant.Client, list []*sdk.ClientCredential) tenant.Authentication {
	found := tenant.Authentication{AuthKind: client.AuthKind}
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

func proofOf(methods *sdk.ClientAuthenticationMethod) tenant.AuthKind {
	switch {
	case methods == nil:
		return tenant.AuthSecret
	case methods.PrivateKeyJwt != nil:
		return tenant.AuthKeys
	case methods.TLSClientAuth != nil, methods.SelfSignedTLSClientAuth != nil, len(methods.GetExtraProperties()) > 0:
		return tenant.AuthUnsupported
	}
	return tenant.AuthSecret
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
		Name:           nonZero(wanted.Name),
		Pem:            nonZero(wanted.PEM),
		Alg:            nonZero(sdk.PublicKeyCredentialAlgorithmEnum(wanted.Algorithm)),
		ExpiresAt:      nonZero(wanted.ExpiresAt),
	}
}

// credentialDifferences returns Auth0's names of the members whose values differ from those that were sent.
func credentialDifferences(sent, got tenant.Credential) []string {
	return fields(
		field{"name", sent.Name == got.Name},
		field{"alg", sent.Algorithm == "" || sent.Algorithm == got.Algorithm},
		field{"kid", sent.KeyID == "" || sent.KeyID == got.KeyID},
		field{"expires_at", tenant.SameMoment(sent.ExpiresAt, got.ExpiresAt)},
	)
}

// newMethods returns the authentication methods of a new client with keys that are created with it (CR002).
func newMethods(keys []tenant.Credential) *sdk.ClientCreateAuthenticationMethod {
	method := &sdk.ClientCreateAuthenticationMethodPrivateKeyJwt{}
	for _, key := range keys {
		method.Credentials = append(method.Credentials, &sdk.PublicKeyCredential{
			CredentialType: sdk.PublicKeyCredentialTypeEnumPublicKey,
			Name:           nonZero(key.Name),
			Pem:            key.PEM,
			Alg:            nonZero(sdk.PublicKeyCredentialAlgorithmEnum(key.Algorithm)),
			ExpiresAt:      nonZero(key.ExpiresAt),
		})
	}
	return &sdk.ClientCreateAuthenticationMethod{PrivateKeyJwt: method}
}

// methodsOf returns the authentication methods of a client with existing keys (CR003), or nil without keys.
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

// newReferences returns the credentials of a response: those with which the client authenticates, and those for other purposes. After a
// create, the response contains the former completely, for which the SDK has no type; otherwise it contains only IDs (CR002, CR012).
func newReferences(from *sdk.Client) []tenant.Credential {
	var named []tenant.Credential
	if methods := from.ClientAuthenticationMethods; methods != nil && methods.PrivateKeyJwt != nil {
		named = mapSlice(methods.PrivateKeyJwt.Credentials, newReference)
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

// sameCredentials reports whether a created client has the keys of the request.
func sameCredentials(sent, got []tenant.Credential) bool {
	return len(sent) == len(got) && !slices.ContainsFunc(sent, func(one tenant.Credential) bool {
		return !slices.ContainsFunc(got, func(other tenant.Credential) bool { return len(credentialDifferences(one, other)) == 0 })
	})
}
