package emulator

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// tokenRequest is a request to the token endpoint, from a form or a JSON body (TK002).
type tokenRequest struct {
	fields     url.Values
	basicID    string
	basicKey   string
	basic      bool
	authorized *store.Client
}

func token(c *call) (reply, error) {
	request, err := c.readTokenRequest()
	if err != nil {
		return reply{}, err
	}
	if grantType := request.fields.Get("grant_type"); grantType != "client_credentials" {
		return reply{}, unsupportedGrantType(grantType)
	}
	if request.authorized, err = c.authenticate(request); err != nil {
		return reply{}, err
	}
	return c.issue(request)
}

func unsupportedGrantType(grantType string) error {
	if grantType == "" {
		return oauthError(http.StatusBadRequest, "invalid_request", "Missing required parameter: grant_type")
	}
	return oauthError(http.StatusForbidden, "unsupported_grant_type", "Unsupported grant type: "+grantType)
}

func (c *call) readTokenRequest() (*tokenRequest, error) {
	data, err := c.readAll()
	if err != nil {
		return nil, err
	}
	request := &tokenRequest{fields: url.Values{}}
	if strings.HasPrefix(c.request.Header.Get("Content-Type"), jsonPlain) {
		body, err := store.ParseObject(data)
		if err != nil {
			return nil, oauthError(http.StatusBadRequest, "invalid_request", "Invalid request payload JSON format")
		}
		for _, m := range body {
			if text, isText := m.Value.(string); isText {
				request.fields.Set(m.Name, text)
			}
		}
	} else if request.fields, err = url.ParseQuery(string(data)); err != nil {
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "Invalid request payload")
	}
	for name := range request.fields {
		c.entry.Fields = append(c.entry.Fields, name)
	}
	slices.Sort(c.entry.Fields)
	request.readBasic(c.request)
	c.entry.Caller = request.clientID()
	return request, nil
}

// readBasic reads ID and secret from the Authorization header, in which each is form-encoded (TK002).
func (r *tokenRequest) readBasic(from *http.Request) {
	id, key, basic := from.BasicAuth()
	if !basic {
		return
	}
	r.basic, r.basicID, r.basicKey = true, id, key
	if plain, err := url.QueryUnescape(id); err == nil {
		r.basicID = plain
	}
	if plain, err := url.QueryUnescape(key); err == nil {
		r.basicKey = plain
	}
}

func (r *tokenRequest) clientID() string {
	if r.basic {
		return r.basicID
	}
	return r.fields.Get("client_id")
}

// denied returns the same error for a wrong secret, an unknown client and a client without a secret (TK004).
func denied() error { return oauthError(http.StatusUnauthorized, "access_denied", "Unauthorized") }

func (c *call) authenticate(r *tokenRequest) (*store.Client, error) {
	if r.fields.Has("client_assertion") {
		return c.authenticateByKey(r)
	}
	client, known := c.server.store.Client(r.clientID())
	if !known {
		return nil, denied()
	}
	body, err := store.ParseObject(client.Body)
	if err != nil {
		return nil, err
	}
	secret := r.fields.Get("client_secret")
	method := "client_secret_post"
	if r.basic {
		secret, method = r.basicKey, "client_secret_basic"
	}
	wanted := body.Text("token_endpoint_auth_method")
	strict := c.server.options.Switches.StrictAuthMethod && wanted != "" && wanted != method
	if body.Has("client_authentication_methods") || strict || !sameSecret(client.Secret, secret) {
		return nil, denied()
	}
	return client, nil
}

func sameSecret(have, sent string) bool {
	return have != "" && subtle.ConstantTimeCompare([]byte(have), []byte(sent)) == 1
}

// tokenProperties contains the properties of a token after every check has passed.
type tokenProperties struct {
	clientID     string
	api          *store.ResourceServer
	scopes       []string
	organization *store.Organization // nil: none (OR013)
	thumbprint   string              // of the proof key to which the token is bound (PP005); "": not bound
}

// issue responds to an authenticated client. It checks the grant (TK005, TK016), the organization, the scopes and the proof
// key.
func (c *call) issue(r *tokenRequest) (reply, error) {
	s, client := c.server, r.authorized
	body, err := store.ParseObject(client.Body)
	if err != nil {
		return reply{}, err
	}
	if !slices.Contains(body.Texts("grant_types"), "client_credentials") {
		return reply{}, grantTypeNotAllowed()
	}
	audience := r.fields.Get("audience")
	if audience == "" {
		audience = s.options.Switches.DefaultAudience
	}
	if audience == "" {
		return reply{}, oauthError(http.StatusForbidden, "access_denied", "Non-global clients are not allowed access to APIv1") // TK006
	}
	api, known := s.store.ResourceServerByIdentifier(audience)
	if !known {
		return reply{}, oauthError(http.StatusForbidden, "access_denied", "Service not enabled within domain: "+audience)
	}
	wanted, err := c.checkRestrictions(r, body, api)
	if err != nil {
		return reply{}, err
	}
	headers, err := c.server.quotas.take(client.ID, body, s.now())
	if err != nil {
		return reply{}, err
	}
	answer, err := c.mint(wanted)
	answer.header = headers
	return answer, err
}

// checkRestrictions applies the restrictions of client, API and grant: the API's access policy (TK016), the grant, the
// organization (OR009 to OR012) and the proof of possession (PP001).
func (c *call) checkRestrictions(r *tokenRequest, client store.Object, api *store.ResourceServer) (tokenProperties, error) {
	wanted := tokenProperties{clientID: r.authorized.ID, api: api}
	server, err := store.ParseObject(api.Body)
	if err != nil {
		return wanted, err
	}
	if server.Child("subject_type_authorization").Child("client").Text("policy") == "deny_all" { // TK016
		return wanted, notAuthorized(wanted.clientID, api.Identifier, "")
	}
	grant, granted := c.server.store.GrantFor(wanted.clientID, api.Identifier, "client")
	if !granted {
		return wanted, notGranted(wanted.clientID, api.Identifier)
	}
	if wanted.organization, err = c.server.organizationFor(r, client, grant); err != nil {
		return wanted, err
	}
	if wanted.scopes, err = c.tokenScopes(server, grant, r.fields.Get("scope")); err != nil {
		return wanted, err
	}
	wanted.thumbprint, err = c.checkPossession(client, server)
	return wanted, err
}

func grantTypeNotAllowed() error {
	p := oauthError(http.StatusForbidden, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.")
	p.extra = store.Object{{Name: "error_uri", Value: "https://auth0.com/docs/clients/client-grant-types"}}
	return p
}

func notGranted(clientID, audience string) error {
	return notAuthorized(clientID, audience, " You need to create a \"client-grant\" associated to this API. "+
		"See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants")
}

func notAuthorized(clientID, audience, advice string) error {
	return oauthError(http.StatusForbidden, "access_denied",
		fmt.Sprintf("Client %q is not authorized to access resource server %q.%s", clientID, audience, advice))
}

// tokenScopes returns the requested scopes of the grant, in the order of the grant (TK007 to TK009).
func (c *call) tokenScopes(server store.Object, grant *store.Grant, asked string) ([]string, error) {
	switches := c.server.options.Switches
	body, err := store.ParseObject(grant.Body)
	if err != nil {
		return nil, err
	}
	scopes := body.Texts("scope")
	if all := scopeValues(server); body.Flag("allow_all_scopes") {
		scopes = all
	} else if switches.DropRemovedScopes {
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return !slices.Contains(all, s) })
	}
	if asked == "" {
		return scopes, nil
	}
	wanted := strings.Fields(asked)
	for _, scope := range wanted {
		if switches.RefuseForeignScope && !slices.Contains(scopes, scope) {
			return nil, oauthError(http.StatusForbidden, "access_denied", "Client has not been granted scopes: "+scope)
		}
	}
	return slices.DeleteFunc(scopes, func(s string) bool { return !slices.Contains(wanted, s) }), nil
}

// scopeValues lists the values of an API's scopes.
func scopeValues(api store.Object) []string {
	var values []string
	for _, item := range api.Items("scopes") {
		if scope, isObject := item.(store.Object); isObject {
			values = append(values, scope.Text("value"))
		}
	}
	return values
}

// organizationFor returns the organization of a token, or nil. Client and grant permit, require or forbid one (OR009,
// OR010). The client can have a default (OR011). The grant permits any, or those with which it is associated (OR012).
func (s *Server) organizationFor(r *tokenRequest, client store.Object, grant *store.Grant) (*store.Organization, error) {
	body, err := store.ParseObject(grant.Body)
	if err != nil {
		return nil, err
	}
	usage, clientUsage := body.Text("organization_usage"), client.Text("organization_usage")
	if s.options.Switches.IgnoreClientOrganizationUsage { // OR010
		clientUsage = ""
	}
	sent := r.fields.Get("organization")
	if sent == "" && usage == "require" {
		sent = defaultOrganizationOf(client)
	}
	switch {
	case sent == "" && (usage == "require" || clientUsage == "require"):
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is required for this client")
	case sent == "":
		return nil, nil
	case usage == "" || usage == "deny" || clientUsage == "deny":
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is not allowed for this client")
	}
	organization, found := s.organizationNamed(sent)
	if !found { // OR012
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "parameter organization is invalid")
	}
	any := grant.AnyOrganization && r.authorized.FirstParty
	if _, associated := s.store.Association(organization.ID, grant.ID); !associated && !any {
		return nil, oauthError(http.StatusForbidden, "access_denied", fmt.Sprintf(
			"Client %q is not authorized to access resource server %q for organization %q.", r.authorized.ID, grant.Audience, organization.ID))
	}
	return organization, nil
}

// organizationNamed finds an organization by its ID, or by its name if the tenant permits that (OR013).
func (s *Server) organizationNamed(sent string) (*store.Organization, bool) {
	row, found := s.store.Organization(sent)
	if !found && s.options.Switches.OrganizationNames {
		row, found = s.store.OrganizationByName(strings.ToLower(sent))
	}
	return row, found
}

// defaultOrganizationOf returns the organization of requests without one if the grant requires one (OR011).
func defaultOrganizationOf(client store.Object) string {
	standard := client.Child("default_organization")
	if !slices.Contains(standard.Texts("flows"), "client_credentials") {
		return ""
	}
	return standard.Text("organization_id")
}
