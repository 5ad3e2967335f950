package emulator

import (
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const expressClient = "express_configuration"

// usesRS256 reports whether tokens of clients of this type are signed with RS256 by default (CL007).
func usesRS256(appType string) bool {
	return appType == expressClient || appType == "resource_server"
}

// thirdParty reports whether the body of a POST describes a third-party client.
func thirdParty(sent store.Object) bool {
	firstParty, there := sent.Get("is_first_party")
	return there && firstParty == false
}

// public reports whether the body of a POST describes a client that cannot keep a secret.
func public(sent store.Object) bool {
	appType := sent.Text("app_type")
	return appType == "spa" || appType == "native"
}

// presetKind sets the values that the tenant chooses for third-party clients and clients of an Okta integration or an API
// (CL007).
func presetKind(doc *store.Object, sent store.Object) {
	if thirdParty(sent) {
		doc.Set("oidc_conformant", true)
		doc.Set("third_party_security_mode", "permissive")
		if sent.Text("third_party_security_mode") == "strict" {
			doc.Set("redirection_policy", "open_redirect_protection")
		}
	}
	if usesRS256(sent.Text("app_type")) {
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

// completeMembers sets defaults inside members that depend on what the request sent.
func completeMembers(doc *store.Object, sent store.Object) {
	mirrorLogout(doc, sent)
	completeSessionTransfer(doc)
	clientSchema().sort(*doc)
}

// completeSessionTransfer adds the defaults of session_transfer once the client has it (CL034).
func completeSessionTransfer(doc *store.Object) {
	if !doc.Has("session_transfer") {
		return
	}
	transfer := store.Object{
		{Name: "can_create_session_transfer_token", Value: false},
		{Name: "allowed_authentication_methods", Value: []any{}},
		{Name: "enforce_device_binding", Value: "ip"},
		{Name: "allow_refresh_token", Value: false},
		{Name: "enforce_online_refresh_tokens", Value: true},
		{Name: "enforce_cascade_revocation", Value: true},
	}
	for _, m := range doc.Child("session_transfer") {
		transfer.Set(m.Name, m.Value)
	}
	doc.Set("session_transfer", transfer)
}

// completeRefreshToken sets the omitted members of a refresh_token that was sent (CL006).
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

// mirrorLogout keeps the two names of the back-channel logout URLs equal after either of them was sent; null removes both
// (CL026).
func mirrorLogout(doc *store.Object, sent store.Object) {
	from, to := "oidc_logout", "oidc_backchannel_logout"
	if sent.Has(to) && !sent.Has(from) {
		from, to = to, from
	}
	if value, there := sent.Get(from); !there {
		return
	} else if value == nil {
		doc.Remove(to)
		return
	}
	if urls, there := doc.Child(from).Get("backchannel_logout_urls"); there {
		mirror := doc.Child(to).Clone()
		mirror.Set("backchannel_logout_urls", urls)
		doc.Set(to, mirror)
	}
}

// expressScopes are the scopes of the grant that is created with a client of an Okta integration (CL007).
const expressScopes = "read:clients read:user_attribute_profiles read:connection_profiles read:organizations_summary " +
	"read:connections create:connections update:connections read:connections_options update:connections_options " +
	"read:organization_connections create:organization_connections update:organization_connections " +
	"create:scim_config read:scim_token create:scim_token delete:scim_token"

// attach creates what belongs to clients of some types: the grant of an Okta integration, the link of an API (CL007).
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

// link writes the ID of an API's own client into the API, or removes it when the client is deleted.
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
