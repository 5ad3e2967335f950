package emulator

import (
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const expressClient = "express_configuration"

// machineBorn tells the kinds of client whose tokens are signed with RS256 from the beginning (CL007).
func machineBorn(appType string) bool {
	return appType == expressClient || appType == "resource_server"
}

// presetExpress fills what the tenant sets in the clients of an Okta integration and of an API (CL007).
func presetExpress(doc *store.Object, sent store.Object) {
	if machineBorn(sent.Text("app_type")) {
		doc.Set("oidc_conformant", true)
	}
	if sent.Text("app_type") == expressClient {
		doc.Set("callbacks", []any{"https://system-admin.okta.com/admin/app/generic/oauth20redirect"})
		doc.Set("organization_usage", "require")
		doc.Set("organization_require_behavior", "pre_login_prompt")
		doc.Set("client_authentication_methods", store.Object{
			{Name: "private_key_jwt", Value: store.Object{{Name: "credentials", Value: []any{}}}},
		})
	}
}

// completeRefreshToken fills the members that were left out of a refresh_token that was sent (CL006).
func completeRefreshToken(sent store.Object) store.Object {
	token := sent.Child("refresh_token").Clone()
	endless := token.Text("expiration_type") == "non-expiring"
	for _, m := range defaultRefreshToken(sent) {
		switch {
		case token.Has(m.Name):
		case m.Name == "infinite_token_lifetime" || m.Name == "infinite_idle_token_lifetime":
			token.Set(m.Name, endless)
		default:
			token.Set(m.Name, m.Value)
		}
	}
	return token
}

// mirrorLogout keeps the two names of the addresses of log-outs in step, after either of them was sent (CL026).
func mirrorLogout(doc *store.Object, sent store.Object) {
	from, to := "oidc_logout", "oidc_backchannel_logout"
	if sent.Has(to) && !sent.Has(from) {
		from, to = to, from
	}
	if !sent.Has(from) {
		return
	}
	urls, there := doc.Child(from).Get("backchannel_logout_urls")
	if !there {
		return
	}
	mirror := doc.Child(to).Clone()
	mirror.Set("backchannel_logout_urls", urls)
	doc.Set(to, mirror)
	clientSchema().sort(*doc)
}

// expressScopes are the scopes of the grant a client of an Okta integration is born with (CL007).
const expressScopes = "read:clients read:user_attribute_profiles read:connection_profiles read:organizations_summary " +
	"read:connections create:connections update:connections read:connections_options update:connections_options " +
	"read:organization_connections create:organization_connections update:organization_connections " +
	"create:scim_config read:scim_token create:scim_token delete:scim_token"

// attach makes what comes along with some kinds of client: the grant of an Okta integration, the link of an API (CL007).
func (s *Server) attach(tx *store.Tx, client *store.Client, doc store.Object) error {
	if client.AppType == expressClient {
		id, err := s.ids.grant()
		if err != nil {
			return err
		}
		return tx.PutGrant(grantRow(store.Object{
			{Name: "id", Value: id},
			{Name: "client_id", Value: client.ID},
			{Name: "audience", Value: s.ManagementAudience()},
			{Name: "scope", Value: strings.Fields(expressScopes)},
			{Name: "subject_type", Value: "client"},
			{Name: "is_system", Value: true},
		}))
	}
	return s.link(tx, doc.Text("resource_server_identifier"), client.ID)
}

// link writes the id of an API's own client into the API, or takes it out when the client goes.
func (s *Server) link(tx *store.Tx, identifier, clientID string) error {
	api, linked := s.store.ResourceServerByIdentifier(identifier)
	if !linked {
		return nil
	}
	body, err := store.ParseObject(api.Body)
	if err != nil {
		return err
	}
	body.Remove("client_id")
	if clientID != "" {
		body.Set("client_id", clientID)
	}
	resourceServerSchema().sort(body)
	after := *api
	after.Body = body.Encode()
	return tx.PutResourceServer(&after)
}
