package emulator_test

import (
	"context"
	"errors"
	"testing"

	"github.com/auth0/go-auth0/v3/management"
	"github.com/auth0/go-auth0/v3/management/clientgrants/client"
	clients "github.com/auth0/go-auth0/v3/management/clients/client"
	"github.com/auth0/go-auth0/v3/management/core"
	"github.com/auth0/go-auth0/v3/management/keys/signing"
	"github.com/auth0/go-auth0/v3/management/option"
	"github.com/auth0/go-auth0/v3/management/resourceservers"
	"golang.org/x/oauth2"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// must ends the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// TestSDK drives every operation over https with the vendor's own SDK: what it decodes is what a provider sees.
func TestSDK(t *testing.T) {
	n := start(t, func(o *emulator.Options) { o.TLS = true })
	who := n.Terraform()
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, n.client)
	options := core.NewRequestOptions(option.WithBaseURL(n.URL()+"/api/v2"), option.WithHTTPClient(n.client),
		option.WithClientCredentials(ctx, who.ClientID, who.ClientSecret))
	apis, apps, grants, keys := resourceservers.NewClient(options), clients.NewClient(options), client.NewClient(options), signing.NewClient(options)

	api := must[*management.CreateResourceServerResponseContent](t)(apis.Create(ctx, &management.CreateResourceServerRequestContent{
		Identifier: "https://a.example/v1", Name: new("A"), Scopes: []*management.ResourceServerScope{{Value: "x", Description: new("d")}},
	}))
	if got := must[*management.GetResourceServerResponseContent](t)(apis.Get(ctx, "https://a.example/v1", &management.GetResourceServerRequestParameters{})); got.GetID() != api.GetID() || len(got.GetScopes()) != 1 {
		t.Error("API:", got)
	}
	must[*management.UpdateResourceServerResponseContent](t)(apis.Update(ctx, api.GetID(), &management.UpdateResourceServerRequestContent{Name: new("B")}))
	page := must[*core.Page[*int, *management.ResourceServer, *management.ListResourceServerOffsetPaginatedResponseContent]](t)(apis.List(ctx, &management.ListResourceServerRequestParameters{}))
	if len(page.Results) != 2 || page.Results[1].GetName() != "B" {
		t.Error("APIs:", page.Results)
	}

	app := must[*management.CreateClientResponseContent](t)(apps.Create(ctx, &management.CreateClientRequestContent{Name: "job", GrantTypes: []string{"client_credentials"}}))
	id := app.GetClientID()
	must[*management.UpdateClientResponseContent](t)(apps.Update(ctx, id, &management.UpdateClientRequestContent{Description: new("d")}))
	if got := must[*management.GetClientResponseContent](t)(apps.Get(ctx, id, &management.GetClientRequestParameters{})); got.GetDescription() != "d" || got.GetClientSecret() != app.GetClientSecret() {
		t.Error("client:", got)
	}
	if got := must[*management.RotateClientSecretResponseContent](t)(apps.RotateSecret(ctx, id)); got.GetClientSecret() == app.GetClientSecret() {
		t.Error("the secret did not change")
	}
	_, public := newKey(t)
	credential := must[*management.PostClientCredentialResponseContent](t)(apps.Credentials.Create(ctx, id, &management.PostClientCredentialRequestContent{
		CredentialType: management.ClientCredentialTypeEnumPublicKey, Pem: &public,
	}))
	if got := must[[]*management.ClientCredential](t)(apps.Credentials.List(ctx, id)); len(got) != 1 || got[0].GetKid() != credential.GetKid() {
		t.Error("credentials:", got)
	}
	if err := apps.Credentials.Delete(ctx, id, credential.GetID()); err != nil {
		t.Error(err)
	}

	grant := must[*management.CreateClientGrantResponseContent](t)(grants.Create(ctx, &management.CreateClientGrantRequestContent{
		ClientID: &id, Audience: "https://a.example/v1", Scope: []string{"x"},
	}))
	listed := must[*core.Page[*string, *management.ClientGrantResponseContent, *management.ListClientGrantPaginatedResponseContent]](t)(
		grants.List(ctx, &management.ListClientGrantsRequestParameters{Take: new(1)}))
	count := 0
	for each := listed.Iterator(); each.Next(ctx); count++ {
	}
	if count != 2 { // Terraform's and the job's
		t.Error("grants over pages:", count)
	}
	_, err := grants.Create(ctx, &management.CreateClientGrantRequestContent{ClientID: &id, Audience: "https://a.example/v1"})
	var refused *core.APIError
	if !errors.As(err, &refused) || refused.StatusCode != 409 {
		t.Error("a second grant:", err)
	}

	if got := must[*management.RotateSigningKeysResponseContent](t)(keys.Rotate(ctx)); got.GetKid() == "" {
		t.Error("rotated:", got)
	}
	if got := must[[]*management.SigningKeys](t)(keys.List(ctx)); len(got) != 3 {
		t.Error("keys:", got)
	}
	for _, remove := range []error{grants.Delete(ctx, grant.GetID()), apps.Delete(ctx, id), apis.Delete(ctx, api.GetID()), apis.Delete(ctx, api.GetID())} {
		if remove != nil {
			t.Error(remove)
		}
	}
	_, err = apps.Get(ctx, id, &management.GetClientRequestParameters{})
	var gone *management.NotFoundError
	if !errors.As(err, &gone) {
		t.Error("a client that is gone:", err)
	}
}
