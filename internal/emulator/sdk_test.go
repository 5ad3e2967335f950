package emulator_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/clientgrants/client"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/keys/signing"
	"github.com/auth0/go-auth0/v3/management/option"
	"github.com/auth0/go-auth0/v3/management/resourceservers"
	"golang.org/x/oauth2"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// must ends the test if there is an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// sdk is the vendor's SDK over HTTPS, with the credentials of the client "Terraform".
type sdk struct {
	t      *testing.T
	ctx    context.Context
	apis   *resourceservers.Client
	apps   *clients.Client
	grants *client.Client
	keys   *signing.Client
}

// TestSDK uses every operation through the SDK, as a provider does.
func TestSDK(t *testing.T) {
	n := start(t, func(o *emulator.Options) { o.TLS = true })
	who := n.Terraform()
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, n.client)
	options := core.NewRequestOptions(option.WithBaseURL(n.URL()+"/api/v2"), option.WithHTTPClient(n.client),
		option.WithClientCredentials(ctx, who.ClientID, who.ClientSecret))
	s := &sdk{t, ctx, resourceservers.NewClient(options), clients.NewClient(options), client.NewClient(options), signing.NewClient(options)}
	for name, part := range map[string]func(*sdk){
		"APIs": (*sdk).drivesAPIs, "clients": (*sdk).drivesClients, "credentials": (*sdk).drivesCredentials, "grants": (*sdk).drivesGrants,
		"keys": (*sdk).drivesKeys,
	} {
		t.Run(name, func(t *testing.T) {
			one := *s
			one.t = t
			part(&one)
		})
	}
}

func (s *sdk) api(identifier string) *management.CreateResourceServerResponseContent {
	s.t.Helper()
	return must[*management.CreateResourceServerResponseContent](s.t)(s.apis.Create(s.ctx, &management.CreateResourceServerRequestContent{
		Identifier: identifier, Name: new("A"), Scopes: []*management.ResourceServerScope{{Value: "x", Description: new("d")}},
	}))
}

func (s *sdk) app(name string) *management.CreateClientResponseContent {
	s.t.Helper()
	return must[*management.CreateClientResponseContent](s.t)(s.apps.Create(s.ctx, &management.CreateClientRequestContent{
		Name: name, GrantTypes: []string{"client_credentials"},
	}))
}

// wantNotFound expects a NotFoundError.
func (s *sdk) wantNotFound(what string, err error) {
	s.t.Helper()
	var missing *management.NotFoundError
	if !errors.As(err, &missing) {
		s.t.Errorf("%s after it was deleted: %v", what, err)
	}
}

func (s *sdk) drivesAPIs() {
	api, other := s.api("https://a.example/v1"), s.api("https://a.example/v2")
	get := func(id string) (*management.GetResourceServerResponseContent, error) {
		return s.apis.Get(s.ctx, id, &management.GetResourceServerRequestParameters{})
	}
	if got := must[*management.GetResourceServerResponseContent](s.t)(get("https://a.example/v1")); got.GetID() != api.GetID() || len(got.GetScopes()) != 1 {
		s.t.Error("API:", got)
	}
	updated := must[*management.UpdateResourceServerResponseContent](s.t)(s.apis.Update(s.ctx, "https://a.example/v1", &management.UpdateResourceServerRequestContent{Name: new("B")}))
	if updated.GetName() != "B" || updated.GetIdentifier() != "https://a.example/v1" {
		s.t.Error("updated:", updated)
	}
	list := must[*core.Page[*int, *management.ResourceServer, *management.ListResourceServerOffsetPaginatedResponseContent]](s.t)
	names := func(request *management.ListResourceServerRequestParameters) (all []string) {
		for each := list(s.apis.List(s.ctx, request)).Iterator(); each.Next(s.ctx); {
			all = append(all, each.Current().GetIdentifier())
		}
		return all
	}
	if got := names(&management.ListResourceServerRequestParameters{PerPage: new(1)}); !slices.Equal(got[1:], []string{"https://a.example/v1", "https://a.example/v2"}) {
		s.t.Error("APIs over pages:", got)
	}
	if got := names(&management.ListResourceServerRequestParameters{Identifiers: []*string{new("https://a.example/v2"), new("none")}}); !slices.Equal(got, []string{"https://a.example/v2"}) {
		s.t.Error("APIs by identifier:", got)
	}
	for _, id := range []string{api.GetID(), other.GetID(), api.GetID()} {
		if err := s.apis.Delete(s.ctx, id); err != nil {
			s.t.Error(err)
		}
	}
	_, err := get(api.GetID())
	s.wantNotFound("an API", err)
}

func (s *sdk) drivesClients() {
	app := s.app("job")
	id := app.GetClientID()
	updated := must[*management.UpdateClientResponseContent](s.t)(s.apps.Update(s.ctx, id, &management.UpdateClientRequestContent{Description: new("d")}))
	get := func(fields *string) (*management.GetClientResponseContent, error) {
		return s.apps.Get(s.ctx, id, &management.GetClientRequestParameters{Fields: fields})
	}
	if got := must[*management.GetClientResponseContent](s.t)(get(nil)); got.GetDescription() != "d" || got.GetClientSecret() != app.GetClientSecret() || updated.GetDescription() != "d" {
		s.t.Error("client:", got)
	}
	if got := must[*management.GetClientResponseContent](s.t)(get(new("name"))); got.GetName() != "job" || got.GetClientSecret() != "" {
		s.t.Error("client's name:", got)
	}
	if got := must[*management.RotateClientSecretResponseContent](s.t)(s.apps.RotateSecret(s.ctx, id)); got.GetClientSecret() == app.GetClientSecret() || got.GetName() != "job" {
		s.t.Error("rotated:", got)
	}
	list := must[*core.Page[*int, *management.Client, *management.ListClientsOffsetPaginatedResponseContent]](s.t)
	var names []string
	for each := list(s.apps.List(s.ctx, &management.ListClientsRequestParameters{PerPage: new(1), IsGlobal: new(false), AppType: new("non_interactive")})).Iterator(); each.Next(s.ctx); {
		names = append(names, each.Current().GetName())
	}
	if !slices.Equal(names, []string{"Terraform"}) {
		s.t.Error("machine-to-machine clients over pages:", names)
	}
	// The SDK's list has no checkpoint.
	first := list(s.apps.List(s.ctx, &management.ListClientsRequestParameters{}, option.WithQueryParameters(url.Values{"take": {"1"}})))
	next, _ := first.Response.GetExtraProperties()["next"].(string)
	second := list(s.apps.List(s.ctx, &management.ListClientsRequestParameters{}, option.WithQueryParameters(url.Values{"take": {"1"}, "from": {next}})))
	if len(first.Results) != 1 || len(second.Results) != 1 || first.Results[0].GetClientID() == second.Results[0].GetClientID() {
		s.t.Error("clients by checkpoint:", first.Results, second.Results)
	}
	for range 2 {
		if err := s.apps.Delete(s.ctx, id); err != nil {
			s.t.Error(err)
		}
	}
	_, err := get(nil)
	s.wantNotFound("a client", err)
}

func (s *sdk) drivesCredentials() {
	id := s.app("with keys").GetClientID()
	public := keypair.New().PublicPEM
	made := must[*management.PostClientCredentialResponseContent](s.t)(s.apps.Credentials.Create(s.ctx, id, &management.PostClientCredentialRequestContent{
		CredentialType: management.ClientCredentialTypeEnumPublicKey, Pem: &public,
	}))
	end := time.Date(2033, 5, 13, 9, 33, 13, 0, time.UTC)
	must[*management.PatchClientCredentialResponseContent](s.t)(s.apps.Credentials.Update(s.ctx, id, made.GetID(), &management.PatchClientCredentialRequestContent{ExpiresAt: &end}))
	if got := must[*management.GetClientCredentialResponseContent](s.t)(s.apps.Credentials.Get(s.ctx, id, made.GetID())); !got.GetExpiresAt().Equal(end) || got.GetKid() != made.GetKid() {
		s.t.Error("credential:", got)
	}
	reference := []*management.CredentialID{{ID: made.GetID()}}
	client := must[*management.UpdateClientResponseContent](s.t)(s.apps.Update(s.ctx, id, &management.UpdateClientRequestContent{
		ClientAuthenticationMethods: &management.ClientAuthenticationMethod{PrivateKeyJwt: &management.ClientAuthenticationMethodPrivateKeyJwt{Credentials: reference}},
	}))
	methods := client.GetClientAuthenticationMethods()
	jwt := methods.GetPrivateKeyJwt()
	if got := jwt.GetCredentials(); len(got) != 1 || got[0].GetID() != made.GetID() || client.GetClientSecret() != "" {
		s.t.Error("a client with keys:", client)
	}
	must[*management.UpdateClientResponseContent](s.t)(s.apps.Update(s.ctx, id, &management.UpdateClientRequestContent{
		ClientAuthenticationMethods: &management.ClientAuthenticationMethod{PrivateKeyJwt: &management.ClientAuthenticationMethodPrivateKeyJwt{Credentials: []*management.CredentialID{}}},
	}))
	for want := range 2 {
		if want == 0 {
			if got := must[[]*management.ClientCredential](s.t)(s.apps.Credentials.List(s.ctx, id)); len(got) != 1 || got[0].GetKid() != made.GetKid() {
				s.t.Error("credentials:", got)
			}
		}
		if err := s.apps.Credentials.Delete(s.ctx, id, made.GetID()); err != nil {
			s.t.Error(err)
		}
	}
	_, err := s.apps.Credentials.Get(s.ctx, id, made.GetID())
	s.wantNotFound("a credential", err)
}

func (s *sdk) drivesGrants() {
	api := s.api("https://granted.example")
	id := s.app("granted").GetClientID()
	request := &management.CreateClientGrantRequestContent{ClientID: &id, Audience: api.GetIdentifier(), Scope: []string{"x"}}
	grant := must[*management.CreateClientGrantResponseContent](s.t)(s.grants.Create(s.ctx, request))
	_, err := s.grants.Create(s.ctx, request)
	var refused *core.APIError
	if !errors.As(err, &refused) || refused.StatusCode != 409 {
		s.t.Error("a second grant:", err)
	}
	must[*management.UpdateClientGrantResponseContent](s.t)(s.grants.Update(s.ctx, grant.GetID(), &management.UpdateClientGrantRequestContent{Scope: []string{"x", "y"}}))
	if got := must[*management.GetClientGrantResponseContent](s.t)(s.grants.Get(s.ctx, grant.GetID())); !slices.Equal(got.GetScope(), []string{"x", "y"}) || got.GetClientID() != id {
		s.t.Error("grant:", got)
	}
	list := must[*core.Page[*string, *management.ClientGrantResponseContent, *management.ListClientGrantPaginatedResponseContent]](s.t)
	count := func(request *management.ListClientGrantsRequestParameters) (all int) {
		for each := list(s.grants.List(s.ctx, request)).Iterator(); each.Next(s.ctx); all++ {
		}
		return all
	}
	if all, own := count(&management.ListClientGrantsRequestParameters{Take: new(1)}), count(&management.ListClientGrantsRequestParameters{ClientID: &id}); all != 2 || own != 1 {
		s.t.Errorf("%d grants over pages, %d of the client", all, own)
	}
	organizations := must[*core.Page[*string, *management.Organization, *management.ListClientGrantOrganizationsPaginatedResponseContent]](s.t)
	if got := organizations(s.grants.Organizations.List(s.ctx, grant.GetID(), &management.ListClientGrantOrganizationsRequestParameters{})); len(got.Results) != 0 {
		s.t.Error("organizations:", got.Results)
	}
	for range 2 {
		if err := s.grants.Delete(s.ctx, grant.GetID()); err != nil {
			s.t.Error(err)
		}
	}
	_, err = s.grants.Get(s.ctx, grant.GetID())
	s.wantNotFound("a grant", err)
	if err := errors.Join(s.apps.Delete(s.ctx, id), s.apis.Delete(s.ctx, api.GetID())); err != nil {
		s.t.Error(err)
	}
}

func (s *sdk) drivesKeys() {
	list := must[[]*management.SigningKeys](s.t)
	rotated := must[*management.RotateSigningKeysResponseContent](s.t)(s.keys.Rotate(s.ctx)).GetKid()
	must[*management.RotateSigningKeysResponseContent](s.t)(s.keys.Rotate(s.ctx))
	if got := list(s.keys.List(s.ctx)); len(got) != 4 {
		s.t.Error("keys:", got)
	}
	get := func() *management.GetSigningKeysResponseContent {
		return must[*management.GetSigningKeysResponseContent](s.t)(s.keys.Get(s.ctx, rotated))
	}
	if got := get(); !got.GetPrevious() || got.GetCurrent() || got.GetRevoked() {
		s.t.Error("an old key:", got)
	}
	if got := must[*management.RevokedSigningKeysResponseContent](s.t)(s.keys.Revoke(s.ctx, rotated)); got.GetKid() != rotated {
		s.t.Error("revoked:", got)
	}
	if got := get(); !got.GetRevoked() {
		s.t.Error("the old key is not revoked:", got)
	}
}
