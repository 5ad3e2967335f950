package emulator

import (
	"errors"
	"math"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Names of the notes that the tenant stores for itself.
const (
	noteURL       = "url"
	noteTerraform = "terraform"
)

// initialize creates the tenant's first objects if its state is new, and adapts an existing state to the current address.
func (s *Server) initialize(url string) error {
	was := s.store.Note(noteURL)
	if was == "" {
		s.setURL(url)
		if err := s.createDefaults(); err != nil {
			return err
		}
		return s.addSeed(s.options.Seed)
	}
	s.setURL(was)
	return s.readdress(url)
}

func (s *Server) setURL(url string) {
	s.address.Lock()
	defer s.address.Unlock()
	s.url = url
}

// createDefaults creates the Management API, the client of Terraform with its grant, and the global client.
func (s *Server) createDefaults() error {
	id, err := s.ids.resourceServer()
	if err != nil {
		return err
	}
	api, err := s.resourceServerRow(s.managementAPI(id), nil)
	if err != nil {
		return err
	}
	terraform, err := s.terraformClient()
	if err != nil {
		return err
	}
	global, err := s.globalClient()
	if err != nil {
		return err
	}
	grantID, err := s.ids.grant()
	if err != nil {
		return err
	}
	grant := grantRow(store.Object{
		{Name: "id", Value: grantID},
		{Name: "client_id", Value: terraform.ID},
		{Name: "audience", Value: api.Identifier},
		{Name: "scope", Value: operationScopes()},
		{Name: "subject_type", Value: "client"},
	})
	return s.store.Write(func(tx *store.Tx) error {
		return errors.Join(tx.PutResourceServer(api), tx.PutClient(terraform), tx.PutClient(global), tx.PutGrant(grant),
			tx.PutNote(noteURL, s.URL()), tx.PutNote(noteTerraform, terraform.ID))
	})
}

// terraformClient creates the client that a provider configuration uses.
func (s *Server) terraformClient() (*store.Client, error) {
	body := store.Object{
		{Name: "name", Value: "Terraform"},
		{Name: "app_type", Value: "non_interactive"},
		{Name: "grant_types", Value: []any{"client_credentials"}},
	}
	doc, _, err := (&call{server: s, body: body}).newClient()
	if err != nil {
		return nil, err
	}
	return s.builtInClient(doc)
}

// globalClient creates the client that represents the tenant itself. It has few members and no grant types (CL029).
func (s *Server) globalClient() (*store.Client, error) {
	id, err := s.ids.client()
	if err != nil {
		return nil, err
	}
	return s.builtInClient(store.Object{
		{Name: "tenant", Value: s.tenantName()},
		{Name: "global", Value: true},
		{Name: "name", Value: "All Applications"},
		{Name: "callbacks", Value: []any{}},
		{Name: "is_first_party", Value: true},
		{Name: "cross_origin_authentication", Value: true},
		{Name: "refresh_token", Value: defaultRefreshToken(nil)},
		{Name: "client_id", Value: id},
		{Name: "custom_login_page_on", Value: true},
	})
}

// builtInClient returns the row of a client of every new tenant.
func (s *Server) builtInClient(doc store.Object) (*store.Client, error) {
	secret, err := s.ids.secret()
	return clientRow(doc, &store.Client{Secret: secret}), err
}

// Terraform returns the credentials of the client that a provider configuration uses. It has a grant on the Management API
// with every scope that the operations of the emulator need.
func (s *Server) Terraform() Credentials {
	row, there := s.store.Client(s.store.Note(noteTerraform))
	if !there {
		return Credentials{}
	}
	return Credentials{ClientID: row.ID, ClientSecret: row.Secret}
}

// Environment returns the environment variables, as NAME=value, with which a program uses the tenant as that client.
func (s *Server) Environment() []string {
	who := s.Terraform()
	return []string{"AUTH0_DOMAIN=" + s.URL(), "AUTH0_CLIENT_ID=" + who.ClientID, "AUTH0_CLIENT_SECRET=" + who.ClientSecret}
}

// readdress changes the identifiers of the tenant's own APIs, and the grants on them, to another address.
func (s *Server) readdress(url string) error {
	was := s.URL()
	if was == url {
		return nil
	}
	moved := func(identifier string) (string, bool) {
		path, own := strings.CutPrefix(identifier, was+"/")
		return url + "/" + path, own && (path == "api/v2/" || path == "me/")
	}
	err := s.store.Write(func(tx *store.Tx) error {
		if err := tx.PutNote(noteURL, url); err != nil {
			return err
		}
		everyAPI := store.Query[store.ResourceServer]{Limit: math.MaxInt}
		for _, api := range s.store.ResourceServers(everyAPI).Rows {
			if identifier, own := moved(api.Identifier); own {
				if err := s.moveAPI(tx, api, identifier); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		s.setURL(url)
	}
	return err
}

func (s *Server) moveAPI(tx *store.Tx, api *store.ResourceServer, identifier string) error {
	doc, err := store.ParseObject(api.Body)
	if err != nil {
		return err
	}
	doc.Set("identifier", identifier)
	after := *api
	after.Identifier, after.Body = identifier, doc.Encode()
	if err := tx.PutResourceServer(&after); err != nil {
		return err
	}
	for _, grant := range s.store.Grants(store.GrantScope{Audience: api.Identifier}, store.Query[store.Grant]{Limit: math.MaxInt}).Rows {
		body, err := store.ParseObject(grant.Body)
		if err != nil {
			return err
		}
		body.Set("audience", identifier)
		if err := tx.PutGrant(grantRow(body)); err != nil {
			return err
		}
	}
	return nil
}
