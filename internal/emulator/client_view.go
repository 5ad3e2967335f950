package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// occasion is the operation that returns a client. It determines which members are returned.
type occasion int

const (
	asked           occasion = iota // GET: what the token can read
	written                         // PATCH: as GET, and the secret for tokens that can change it
	everythingShown                 // POST and rotate-secret: including the new secret (CL002, CL023)
)

// Members that need scopes of their own to be read (CL013).
var (
	summaryMembers    = []string{"client_id", "app_type", "name", "description"}
	keyMembers        = []string{"client_secret", "encryption_key", "signing_keys"}
	credentialMembers = []string{"client_authentication_methods"}
)

// clientView returns a client as the API returns it.
func (c *call) clientView(row *store.Client, why occasion) (store.Object, error) {
	doc, err := store.ParseObject(row.Body)
	if err != nil {
		return nil, err
	}
	if !doc.Has("client_authentication_methods") { // CL011
		doc.Set("client_secret", row.Secret)
	}
	doc.Set("signing_keys", c.server.clientKeys(false))
	clientSchema().sort(doc)
	return slices.DeleteFunc(doc, func(m store.Member) bool { return !c.canRead(m.Name, why) }), nil
}

// newClientView returns the response to POST, with the private keys and complete credentials (CL002, CR002).
func (c *call) newClientView(row *store.Client, full store.Object) (store.Object, error) {
	doc, err := c.clientView(row, everythingShown)
	if err != nil {
		return nil, err
	}
	doc.Set("encrypted", true)
	doc.Set("signing_keys", c.server.clientKeys(true))
	for _, m := range full {
		doc.Set(m.Name, m.Value)
	}
	clientSchema().sort(doc)
	return doc, nil
}

// canRead reports whether the token can read the member (CL013).
func (c *call) canRead(name string, why occasion) bool {
	switch {
	case why == everythingShown || slices.Contains(summaryMembers, name):
		return true
	case slices.Contains(keyMembers, name):
		return c.token.any("read:client_keys") || why == written && c.token.any("update:client_keys")
	case slices.Contains(credentialMembers, name):
		return why == written || c.token.any("read:client_credentials", "read:client_keys")
	}
	return why == written || c.token.any("read:clients", "read:client_keys")
}

// clientKeys returns the member signing_keys: the tenant's certificate. The real service has a certificate for each client
// (CL017).
func (s *Server) clientKeys(private bool) []any {
	key := s.keys.current()
	shown := store.Object{{Name: "cert", Value: key.row.Certificate}}
	if private {
		shown.Set("key", "-----BEGIN RSA PRIVATE KEY-----\r\nnot kept by the emulator\r\n-----END RSA PRIVATE KEY-----\r\n")
	}
	shown.Set("pkcs7", strings.ReplaceAll(key.row.Certificate, "CERTIFICATE", "PKCS7"))
	shown.Set("subject", "deprecated")
	return []any{shown}
}

// selection contains the parameters fields and include_fields (GE016).
type selection struct {
	names   []string
	include bool
}

func (c *call) selection() (selection, error) {
	include, err := c.flag("include_fields", true)
	chosen := selection{include: include}
	for _, name := range strings.Split(c.query.Get("fields"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			chosen.names = append(chosen.names, name)
		}
	}
	return chosen, err
}

func (s selection) from(doc store.Object) store.Object {
	if len(s.names) == 0 {
		return doc
	}
	return slices.DeleteFunc(doc, func(m store.Member) bool {
		if s.include && m.Name == "tenant" { // CL025
			return false
		}
		return slices.Contains(s.names, m.Name) != s.include
	})
}

// pick returns a stored object with the selected members only.
func (c *call) pick(body []byte) ([]byte, error) {
	chosen, err := c.selection()
	if err != nil || len(chosen.names) == 0 {
		return body, err
	}
	doc, err := store.ParseObject(body)
	return chosen.from(doc).Encode(), err
}

// clientSelection rejects fields that the token cannot read if the request names them (CL013).
func (c *call) clientSelection() (selection, error) {
	chosen, err := c.selection()
	if err != nil || !chosen.include || c.server.options.Switches.DenySecretSilently {
		return chosen, err
	}
	denied := slices.DeleteFunc(slices.Clone(chosen.names), func(name string) bool { return c.canRead(name, asked) })
	if len(denied) > 0 {
		return chosen, refuse(http.StatusForbidden, "insufficient_scope",
			"You cannot read the following fields: "+strings.Join(denied, ", "))
	}
	return chosen, nil
}

func getClient(c *call) (reply, error) {
	chosen, err := c.clientSelection()
	if err != nil {
		return reply{}, err
	}
	row, err := c.findClient()
	if err != nil {
		return reply{}, err
	}
	view, err := c.clientView(row, asked)
	return ok(chosen.from(view)), err
}

func listClients(c *call, p paging) (reply, error) {
	chosen, err := c.clientSelection()
	if err != nil {
		return reply{}, err
	}
	match, err := c.clientFilter()
	if err != nil {
		return reply{}, err
	}
	row := func(r *store.Client) []byte {
		view, err := c.clientView(r, asked)
		if err != nil {
			return []byte("null")
		}
		return chosen.from(view).Encode()
	}
	return listing(c, p, "clients", c.lists().Clients(query(p, match)), row), nil
}

const maxExternalID = 120

// clientFilter combines is_global, is_first_party and app_type. nil matches all. No client here has an external ID or an
// organization, so external_client_id and q match none (CL019).
func (c *call) clientFilter() (func(*store.Client) bool, error) {
	global, err := c.flag("is_global", false)
	if err != nil {
		return nil, err
	}
	firstParty, err := c.flag("is_first_party", false)
	if err != nil {
		return nil, err
	}
	if c.query.Has("external_client_id") {
		if f := text(1, maxExternalID)(c.query.Get("external_client_id"), "external_client_id"); f != nil {
			return nil, invalidQuery(f)
		}
	}
	byGlobal, byParty, byType := c.query.Has("is_global"), c.query.Has("is_first_party"), c.query.Has("app_type")
	types, external := strings.Split(c.query.Get("app_type"), ","), c.query.Get("external_client_id")+c.query.Get("q")
	if !byGlobal && !byParty && !byType && external == "" {
		return nil, nil
	}
	return func(r *store.Client) bool {
		return external == "" && (!byGlobal || r.Global == global) && (!byParty || r.FirstParty == firstParty) &&
			(!byType || slices.Contains(types, r.AppType))
	}, nil
}
