package emulator

import (
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const defaultLifetime, defaultWebLifetime = 86400, 7200

func resourceServerRoutes() []route {
	return objectRoutes("/api/v2/resource-servers", "/api/v2/resource-servers/{id}", "resource_servers",
		paged(1, false, listResourceServers), // RS017
		createResourceServer, getResourceServer, updateResourceServer, deleteResourceServer)
}

// findResourceServer accepts an ID or, if no API has that ID, an identifier (RS012).
func (c *call) findResourceServer() (*store.ResourceServer, error) {
	byID := func(key string) (*store.ResourceServer, bool) {
		if row, there := c.server.store.ResourceServer(key); there {
			return row, true
		}
		return c.server.store.ResourceServerByIdentifier(key)
	}
	return lookup(c.params[0], byID, notFound("The resource server does not exist", "inexistent_resource_server")) // RS013
}

func getResourceServer(c *call) (reply, error) {
	row, err := c.findResourceServer()
	if err != nil {
		return reply{}, err
	}
	body, err := c.pick(row.Body)
	return ok(raw(body)), err
}

func createResourceServer(c *call) (reply, error) {
	if f := resourceServerSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	row, err := c.newResourceServer()
	if err != nil {
		return reply{}, err
	}
	err = c.server.store.Write(func(tx *store.Tx) error {
		if err := checkEntityLimit(c.server.store.Sizes().ResourceServers-1, c.server.options.Limits.APIs); err != nil { // without the Management API
			return err
		}
		return tx.PutResourceServer(row)
	})
	if errors.Is(err, store.ErrTaken) { // RS003
		return reply{}, refuse(http.StatusConflict, "resource_server_conflict", "A resource server with the same identifier already exists")
	}
	return created(raw(row.Body)), err
}

// newResourceServer sets the defaults of omitted members (RS004) and creates a row.
func (c *call) newResourceServer() (*store.ResourceServer, error) {
	id, err := c.server.ids.resourceServer()
	if err != nil {
		return nil, err
	}
	doc := store.Object{
		{Name: "id", Value: id},
		{Name: "allow_offline_access", Value: false},
		{Name: "skip_consent_for_verifiable_first_party_clients", Value: false},
		{Name: "token_lifetime", Value: int64(defaultLifetime)},
		{Name: "signing_alg", Value: "RS256"},
	}
	table := resourceServerSchema()
	table.apply(&doc, c.body)
	fillSubjectTypes(&doc)
	if preset, system := c.server.systemAPI(c.body.Text("identifier")); system {
		for _, m := range preset {
			doc.Set(m.Name, m.Value)
		}
	} else if err := checkWebLifetime(doc, c.body); err != nil {
		return nil, err
	}
	table.sort(doc)
	return c.server.resourceServerRow(doc, nil)
}

// fillSubjectTypes adds the members that were not sent. It keeps the order of those that were (RS005).
func fillSubjectTypes(doc *store.Object) {
	policy := func(name string) store.Object { return store.Object{{Name: "policy", Value: name}} }
	types := doc.Child("subject_type_authorization").Clone()
	if !types.Has("client") {
		types.Set("client", policy("require_client_grant"))
	}
	if !types.Has("user") {
		types.Set("user", policy("allow_all"))
	}
	doc.Set("subject_type_authorization", types)
}

// resourceServerRow checks what concerns several fields, and creates the row of a document. before is nil for a new API.
func (s *Server) resourceServerRow(doc store.Object, before *store.ResourceServer) (*store.ResourceServer, error) {
	if err := s.checkScopes(doc.Items("scopes")); err != nil {
		return nil, err
	}
	if err := s.limitLifetimes(&doc); err != nil {
		return nil, err
	}
	row := &store.ResourceServer{ID: doc.Text("id"), Identifier: doc.Text("identifier"), System: doc.Flag("is_system")}
	if before != nil {
		row.Order, row.Secret, row.Encryption = before.Order, before.Secret, before.Encryption
	}
	if sent := doc.Text("signing_secret"); sent != "" {
		row.Secret = sent
	}
	if doc.Text("signing_alg") == "HS256" && row.Secret == "" { // RS009
		secret, err := s.ids.secret()
		if err != nil {
			return nil, err
		}
		row.Secret = secret
		doc.Set("signing_secret", secret)
	}
	if s.options.Switches.HideSigningSecret {
		doc.Remove("signing_secret")
	}
	if key := doc.Child("token_encryption").Child("encryption_key"); key == nil || key.Has("pem") { // TK017
		row.Encryption = key.Text("pem")
	}
	if err := replaceEncryptionKey(&doc); err != nil {
		return nil, err
	}
	resourceServerSchema().sort(doc)
	row.Body = doc.Encode()
	return row, nil
}

// replaceEncryptionKey replaces the PEM of the key in token_encryption by the thumbprint of the key (RS023, RS027).
func replaceEncryptionKey(doc *store.Object) error {
	encryption := doc.Child("token_encryption")
	key := encryption.Child("encryption_key")
	if !key.Has("pem") {
		return nil
	}
	decoded, _ := pem.Decode([]byte(key.Text("pem")))
	if decoded == nil {
		return invalidBody(violationf("token_encryption.encryption_key.pem", "Object didn't pass validation for format pem: %s", "no PEM block"))
	}
	sum := sha256.Sum256(decoded.Bytes)
	key.Remove("pem")
	key.Set("thumbprint_sha256", encode64(sum[:]))
	encryption.Set("encryption_key", key)
	doc.Set("token_encryption", encryption)
	return nil
}

// checkScopes applies the limit and the switches for duplicate values and values with whitespace (RS010, RS011).
func (s *Server) checkScopes(scopes []any) error {
	if len(scopes) > maxScopes { // RS022
		return invalidBody(violationf("scopes", "Array is too long (%d), maximum %d", len(scopes), maxScopes))
	}
	places := map[string]int{}
	for i, item := range scopes {
		scope, _ := item.(store.Object)
		value := scope.Text("value")
		if s.options.Switches.RefuseWhitespace && strings.ContainsAny(value, " \t\n") {
			return invalidBody(violationf("scopes", "Object didn't pass validation for format scope: %s", value))
		}
		if first, again := places[value]; again && s.options.Switches.RefuseDuplicateScopes {
			return invalidBody(violationf("scopes", "Array items are not unique (indexes %d and %d)", first, i))
		}
		places[value] = i
	}
	return nil
}

// checkWebLifetime rejects a web lifetime in the request that is longer than the resulting lifetime (RS007).
func checkWebLifetime(doc, sent store.Object) error {
	lifetime, _ := doc.Integer("token_lifetime")
	if web, is := sent.Integer("token_lifetime_for_web"); is && web > lifetime {
		return badRequest("validation_error", tooLongForWeb)
	}
	return nil
}

const tooLongForWeb = "The token lifetime for web cannot be greater than the token lifetime"

// limitLifetimes keeps the web lifetime at or below the other. If omitted, it is the default or reduced (RS006 to RS008).
func (s *Server) limitLifetimes(doc *store.Object) error {
	lifetime, _ := doc.Integer("token_lifetime")
	web, sent := doc.Integer("token_lifetime_for_web")
	if !sent {
		web = defaultWebLifetime
	}
	if web > lifetime && !doc.Flag("is_system") {
		if s.options.Switches.RefuseShortLifetime {
			return badRequest("validation_error", tooLongForWeb)
		}
		web = lifetime
	}
	doc.Set("token_lifetime_for_web", web)
	return nil
}

// updateResourceServer also accepts an empty body (RS025). Members that were never sent remain absent (RS024).
func updateResourceServer(c *call) (reply, error) {
	row, err := c.findResourceServer()
	if err != nil {
		return reply{}, err // RS016
	}
	table := resourceServerSchema()
	if f := checkUpdate(row, c.body); f != nil {
		return reply{}, invalidBody(f)
	}
	return c.update(func(tx *store.Tx) ([]byte, error) {
		current, there := c.server.store.ResourceServer(row.ID)
		if !there {
			return nil, notFound("The resource server does not exist", "inexistent_resource_server")
		}
		doc, err := store.ParseObject(current.Body)
		if err != nil {
			return nil, err
		}
		switches := c.server.options.Switches
		switches.ReplaceObjects = switches.ReplaceObjects && !row.System
		table.merging(switches).apply(&doc, c.body)
		if doc.Has("subject_type_authorization") {
			fillSubjectTypes(&doc)
		}
		if err := checkWebLifetime(doc, c.body); err != nil {
			return nil, err
		}
		after, err := c.server.resourceServerRow(doc, current)
		if err != nil {
			return nil, err
		}
		return after.Body, tx.PutResourceServer(after)
	})
}

// checkUpdate checks the body of a PATCH. A system API accepts few members (RS021), and others with the value that they
// have (RS026).
func checkUpdate(row *store.ResourceServer, body store.Object) *violation {
	if !row.System {
		return resourceServerSchema().check(body, onUpdate)
	}
	current, err := store.ParseObject(row.Body)
	if err != nil {
		return violationf("", "%s", err.Error())
	}
	allowed := systemSchema()
	changes := slices.DeleteFunc(body.Clone(), func(m store.Member) bool {
		_, patchable := allowed.find(m.Name)
		value, there := current.Get(m.Name)
		return !patchable && m.Name != "identifier" && there && reflect.DeepEqual(value, m.Value)
	})
	return allowed.check(changes, onUpdate)
}

func deleteResourceServer(c *call) (reply, error) {
	row, err := c.findResourceServer()
	if err != nil {
		return noContent(), nil // RS015
	}
	if row.Identifier == c.server.ManagementAudience() { // RS021
		return reply{}, badRequest("validation_error", "System resource servers cannot be deleted.")
	}
	return c.remove(func(tx *store.Tx) {
		tx.DeleteResourceServer(row.ID)
		if c.server.options.Switches.CascadeAPIDelete { // RS014
			c.server.deleteGrants(tx, store.GrantScope{Audience: row.Identifier})
		}
	})
}

const maxIdentifiers = 10

func listResourceServers(c *call, p paging) (reply, error) {
	chosen, err := c.selection()
	if err != nil {
		return reply{}, err
	}
	var match func(*store.ResourceServer) bool
	if wanted := c.query["identifiers"]; len(wanted) > 0 {
		if len(wanted) > maxIdentifiers {
			return reply{}, invalidQuery(violationf("identifiers", "Array is too long (%d), maximum %d", len(wanted), maxIdentifiers))
		}
		match = func(r *store.ResourceServer) bool { return slices.Contains(wanted, r.Identifier) }
	}
	row := func(r *store.ResourceServer) []byte { return r.Body }
	if c.server.options.Switches.ListsWithoutScopes { // RS018
		row = func(r *store.ResourceServer) []byte { return without(r.Body, "scopes") }
	}
	if len(chosen.names) > 0 {
		row = func(r *store.ResourceServer) []byte {
			doc, err := store.ParseObject(r.Body)
			if err != nil {
				return r.Body
			}
			return chosen.from(doc).Encode()
		}
	}
	return listing(c, p, "resource_servers", c.lists().ResourceServers(query(p, match)), row), nil
}

// without returns a stored object without a member.
func without(body []byte, name string) []byte {
	doc, err := store.ParseObject(body)
	if err != nil {
		return body
	}
	doc.Remove(name)
	return doc.Encode()
}
