package emulator

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func clientRoutes() []route {
	const all, one = "/api/v2/clients", "/api/v2/clients/{id}"
	read := []string{"read:clients", "read:client_keys", "read:client_credentials", "read:client_summary"}
	update := []string{"update:clients", "update:client_keys", "update:client_credentials"}
	return []route{
		{method: "GET", path: all, scopes: read, serve: paged(0, true, listClients)},
		{method: "POST", path: all, scopes: []string{"create:clients"}, body: true, serve: createClient},
		{method: "GET", path: one, scopes: read, serve: getClient},
		{method: "PATCH", path: one, scopes: update, body: true, serve: updateClient},
		{method: "DELETE", path: one, scopes: []string{"delete:clients"}, serve: deleteClient},
		{method: "POST", path: one + "/rotate-secret", scopes: []string{"update:client_keys"}, serve: rotateSecret},
	}
}

func clientNotFound() error { return notFound("The client does not exist", "inexistent_client") } // CL012

func (c *call) findClient() (*store.Client, error) {
	return lookup(c.params[0], c.server.store.Client, clientNotFound())
}

func createClient(c *call) (reply, error) {
	if f := clientSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	if err := c.checkNewClient(); err != nil {
		return reply{}, err
	}
	doc, id, err := c.newClient()
	if err != nil {
		return reply{}, err
	}
	secret, err := c.server.ids.secret()
	if err != nil {
		return reply{}, err
	}
	added, full, err := c.newCredentials(&doc, id)
	if err != nil {
		return reply{}, err
	}
	row := clientRow(doc, &store.Client{Secret: secret})
	err = c.server.store.Write(func(tx *store.Tx) error {
		if err := checkEntityLimit(c.server.store.Sizes().Clients-1, c.server.options.Limits.Clients); err != nil { // without the global client
			return err
		}
		for _, credential := range added {
			if err := tx.PutCredential(credential); err != nil {
				return err
			}
		}
		if err := c.server.attach(tx, row, doc); err != nil {
			return err
		}
		return tx.PutClient(row)
	})
	if err != nil {
		return reply{}, err
	}
	view, err := c.newClientView(row, full)
	return created(view), err
}

// checkNewClient applies the rules that concern more than one member.
func (c *call) checkNewClient() error {
	if c.body.Has("client_authentication_methods") && !c.token.any("create:client_credentials") {
		return insufficientScope([]string{"create:client_credentials"})
	}
	if linked := c.body.Text("resource_server_identifier"); linked != "" {
		if _, there := c.server.store.ResourceServerByIdentifier(linked); !there {
			return notFound("The resource server does not exist", "inexistent_resource_server")
		}
	}
	return checkAuthMethod(c.body, c.body)
}

// checkAuthMethod rejects two authentication methods at once (CL009), and the client credentials grant for a client
// without one (CL010).
func checkAuthMethod(sent, doc store.Object) error {
	method, _ := sent.Get("token_endpoint_auth_method")
	methods, _ := sent.Get("client_authentication_methods")
	if sent.Has("token_endpoint_auth_method") && sent.Has("client_authentication_methods") && method == nil && methods == nil { // CL035
		return badRequest("validation_error", "`token_endpoint_auth_method` and `client_authentication_methods` cannot both be null")
	}
	if method != nil && methods != nil {
		return badRequest("validation_error", "`token_endpoint_auth_method` and `client_authentication_methods` are mutually exclusive")
	}
	if doc.Text("token_endpoint_auth_method") == "none" && slices.Contains(doc.Texts("grant_types"), "client_credentials") {
		return badRequest("validation_error", "Invalid grant types: client_credentials")
	}
	return nil
}

// newClient sets the defaults of omitted members (CL002 to CL007).
func (c *call) newClient() (store.Object, string, error) {
	id, err := c.server.ids.client()
	if thirdParty(c.body) {
		id, err = c.server.ids.thirdParty()
	}
	if err != nil {
		return nil, "", err
	}
	doc := store.Object{
		{Name: "tenant", Value: c.server.tenantName()},
		{Name: "global", Value: false},
		{Name: "is_token_endpoint_ip_header_trusted", Value: false},
		{Name: "is_first_party", Value: true},
		{Name: "oidc_conformant", Value: false},
		{Name: "sso_disabled", Value: false},
		{Name: "cross_origin_auth", Value: false},
		{Name: "cross_origin_authentication", Value: false},
		{Name: "refresh_token", Value: defaultRefreshToken(c.body)},
		{Name: "client_id", Value: id},
		{Name: "callback_url_template", Value: false},
		{Name: "grant_types", Value: defaultGrantTypes(c.body)},
		{Name: "custom_login_page_on", Value: true},
	}
	presetKind(&doc, c.body)
	rest := c.body.Clone()
	if rest.Child("refresh_token") != nil {
		doc.Set("refresh_token", completeRefreshToken(c.body))
		rest.Remove("refresh_token")
	}
	clientSchema().apply(&doc, rest)
	setJWTDefaults(&doc)
	completeMembers(&doc, c.body)
	return doc, id, nil
}

// defaultGrantTypes returns the grant types for the client's authentication method and type (CL003).
func defaultGrantTypes(sent store.Object) []any {
	interactive := []any{"authorization_code", "implicit", "refresh_token"}
	switch {
	case sent.Text("app_type") == "resource_server":
		return []any{}
	case sent.Text("app_type") == expressClient:
		return []any{"authorization_code", "client_credentials"}
	case sent.Text("token_endpoint_auth_method") == "none":
		return interactive
	}
	return append(interactive, "client_credentials")
}

// defaultRefreshToken has longer lifetimes if the request sets the authentication method (CL005).
func defaultRefreshToken(sent store.Object) store.Object {
	lifetime, idle := int64(2_592_000), int64(1_296_000)
	switch sent.Text("token_endpoint_auth_method") {
	case "client_secret_post", "client_secret_basic":
		lifetime, idle = 31_557_600, 2_592_000
	}
	rotating := thirdParty(sent) && public(sent) // CL007
	rotation, expiration := "non-rotating", "non-expiring"
	if rotating {
		rotation, expiration = "rotating", "expiring"
	}
	return store.Object{
		{Name: "expiration_type", Value: expiration},
		{Name: "leeway", Value: int64(0)},
		{Name: "infinite_token_lifetime", Value: !rotating},
		{Name: "infinite_idle_token_lifetime", Value: !rotating},
		{Name: "token_lifetime", Value: lifetime},
		{Name: "idle_token_lifetime", Value: idle},
		{Name: "rotation_type", Value: rotation},
	}
}

// setJWTDefaults completes jwt_configuration. It sets a lifetime only if the whole member was omitted (CL004).
func setJWTDefaults(doc *store.Object) {
	sent, there := doc.Get("jwt_configuration")
	config, _ := sent.(store.Object)
	if !there {
		config = store.Object{{Name: "lifetime_in_seconds", Value: int64(36000)}}
	}
	if !config.Has("secret_encoded") {
		config.Set("secret_encoded", false)
	}
	if usesRS256(doc.Text("app_type")) && !there {
		config = store.Object{{Name: "secret_encoded", Value: false}, {Name: "alg", Value: "RS256"}} // CL007
	}
	doc.Set("jwt_configuration", config)
}

// clientRow creates the row of a document. It copies what is not part of the document from the row before.
func clientRow(doc store.Object, before *store.Client) *store.Client {
	return &store.Client{
		ID: doc.Text("client_id"), AppType: doc.Text("app_type"), FirstParty: doc.Flag("is_first_party"),
		Global: doc.Flag("global"), Order: before.Order, Secret: before.Secret, Body: doc.Encode(),
	}
}

func updateClient(c *call) (reply, error) {
	if f := clientSchema().checkPatch(c.body); f != nil {
		return reply{}, invalidBody(f)
	}
	if c.body.Has("client_secret") && !c.token.any("update:client_keys") {
		return reply{}, insufficientScope([]string{"update:client_keys"})
	}
	if c.body.Has("client_authentication_methods") && !c.token.any("update:client_credentials") {
		return reply{}, insufficientScope([]string{"update:client_credentials"})
	}
	var after *store.Client
	err := c.server.store.Write(func(tx *store.Tx) error {
		row, err := c.findClient()
		if err != nil {
			return err
		}
		if after, err = c.changedClient(row); err != nil {
			return err
		}
		return tx.PutClient(after)
	})
	if err != nil {
		return reply{}, err
	}
	view, err := c.clientView(after, written)
	return ok(view), err
}

// changedClient applies the request to a client.
func (c *call) changedClient(row *store.Client) (*store.Client, error) {
	doc, err := store.ParseObject(row.Body)
	if err != nil {
		return nil, err
	}
	hadKeys := doc.Has("client_authentication_methods")
	body := c.body.Clone()
	body.Remove("client_secret")
	clientSchema().merging(c.server.options.Switches).apply(&doc, body)
	completeMembers(&doc, c.body)
	if method, sent := body.Get("token_endpoint_auth_method"); sent && method != nil {
		doc.Remove("client_authentication_methods") // CL015
	} else if methods, sent := body.Get("client_authentication_methods"); sent && methods != nil {
		doc.Remove("token_endpoint_auth_method")
	}
	if err := checkAuthMethod(body, doc); err != nil {
		return nil, err
	}
	if err := checkMetadata(doc); err != nil {
		return nil, err
	}
	if err := c.checkReferences(body, row.ID); err != nil {
		return nil, err
	}
	after := clientRow(doc, row)
	if sent := c.body.Text("client_secret"); sent != "" { // CL014
		after.Secret = sent
	} else if hadKeys && !doc.Has("client_authentication_methods") && c.server.options.Switches.NewSecretAfterKeys { // CL016
		after.Secret, err = c.server.ids.secret()
	}
	return after, err
}

// checkMetadata limits the number of keys after merging (CL008).
func checkMetadata(doc store.Object) error {
	if n := len(doc.Child("client_metadata")); n > maxMetadata {
		return invalidBody(violationf("client_metadata", "Too many properties defined (%d), maximum %d", n, maxMetadata))
	}
	return nil
}

func deleteClient(c *call) (reply, error) {
	row, err := c.findClient()
	if err != nil {
		if c.server.options.Switches.MissingClientDelete { // CL021
			return reply{}, err
		}
		return noContent(), nil
	}
	if row.Global { // CL022
		return reply{}, badRequest("validation_error", "The global client cannot be deleted.")
	}
	err = c.server.store.Write(func(tx *store.Tx) error {
		tx.DeleteClient(row.ID)
		c.server.deleteGrants(tx, store.GrantScope{ClientID: row.ID}) // CL020
		for _, credential := range c.server.store.CredentialsOf(row.ID) {
			tx.DeleteCredential(credential.ID)
		}
		doc, err := store.ParseObject(row.Body)
		if err != nil {
			return err
		}
		return c.server.link(tx, doc.Text("resource_server_identifier"), "")
	})
	return noContent(), err
}

// rotateSecret generates a new secret for the client and returns it (CL023).
func rotateSecret(c *call) (reply, error) {
	secret, err := c.server.ids.secret()
	if err != nil {
		return reply{}, err
	}
	var after store.Client
	err = c.server.store.Write(func(tx *store.Tx) error {
		row, err := c.findClient()
		if err != nil {
			return err
		}
		if doc, err := store.ParseObject(row.Body); err != nil || doc.Has("client_authentication_methods") {
			return badRequest("validation_error", "The secret of a client that authenticates with keys cannot be rotated.")
		}
		after = *row
		after.Secret = secret
		return tx.PutClient(&after)
	})
	if err != nil {
		return reply{}, err
	}
	view, err := c.clientView(&after, everythingShown)
	return ok(view), err
}
