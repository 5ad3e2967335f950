package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Seed contains the objects of a new tenant besides its own. All are written as in the body of a POST. They can have an id,
// and clients a client_secret, so that grants and a Terraform state can reference them.
type Seed struct {
	ResourceServers []store.Object `json:"resource_servers,omitempty"`
	Clients         []store.Object `json:"clients,omitempty"`
	ClientGrants    []store.Object `json:"client_grants,omitempty"`
	Organizations   []store.Object `json:"organizations,omitempty"` // with the IDs of their grants as client_grants (OR001)
	Dashboard       []DashboardAPI `json:"dashboard,omitempty"`
}

// DashboardAPI describes an API that the dashboard creates together with a client, "NAME (Test Application)". The members
// of that client have changed over the years; the fields choose (CL027).
type DashboardAPI struct {
	Name          string `json:"name"`
	Identifier    string `json:"identifier"`
	AllGrantTypes bool   `json:"all_grant_types,omitempty"` // four grant types instead of client_credentials alone
	AuthMethod    string `json:"auth_method,omitempty"`     // token_endpoint_auth_method; "": absent
	Algorithm     string `json:"algorithm,omitempty"`       // jwt_configuration.alg; "": absent
	Authorized    bool   `json:"authorized,omitempty"`      // with a grant without scopes
}

// addSeed adds a seed to the tenant: all of it, or nothing and a *SeedError if one of its objects is not valid.
func (s *Server) addSeed(seed *Seed) error {
	if seed == nil {
		return nil
	}
	own := map[string]int{"resource_servers": len(seed.ResourceServers), "clients": len(seed.Clients)}
	seed = seed.withDashboard()
	rows := &seedRows{server: s, identifiers: map[string]bool{}, clients: map[string]bool{}, grants: map[string]bool{}, names: map[string]bool{}}
	for _, collection := range []struct {
		name   string
		bodies []store.Object
		add    func(store.Object) error
	}{
		{"resource_servers", seed.ResourceServers, rows.addResourceServer},
		{"clients", seed.Clients, rows.addClient},
		{"client_grants", seed.ClientGrants, rows.addGrant},
		{"organizations", seed.Organizations, rows.addOrganization},
	} {
		for i, body := range collection.bodies {
			if err := collection.add(body); err != nil {
				if count, counted := own[collection.name]; counted && i >= count {
					return &SeedError{Member: fmt.Sprintf("dashboard[%d]", i-count), Reason: seedError(err).Reason}
				}
				return seedError(err).within(collection.name, i)
			}
		}
	}
	return s.store.Write(rows.put)
}

// withDashboard adds the objects that the dashboard creates.
func (seed *Seed) withDashboard() *Seed {
	all := *seed
	for i, d := range seed.Dashboard {
		id := fmt.Sprintf("dashboardTestApplication%08d", i+1)
		client := store.Object{
			{Name: "client_id", Value: id},
			{Name: "name", Value: d.Name + " (Test Application)"},
			{Name: "app_type", Value: "non_interactive"},
		}
		if !d.AllGrantTypes {
			client.Set("grant_types", []any{"client_credentials"})
		}
		if d.AuthMethod != "" {
			client.Set("token_endpoint_auth_method", d.AuthMethod)
		}
		if d.Algorithm != "" {
			client.Set("jwt_configuration", store.Object{{Name: "alg", Value: d.Algorithm}})
		}
		all.ResourceServers = append(all.ResourceServers, store.Object{{Name: "name", Value: d.Name}, {Name: "identifier", Value: d.Identifier}})
		all.Clients = append(all.Clients, client)
		if d.Authorized {
			all.ClientGrants = append(all.ClientGrants, store.Object{
				{Name: "client_id", Value: id}, {Name: "audience", Value: d.Identifier}, {Name: "scope", Value: []any{}},
			})
		}
	}
	return &all
}

// seedRows collects the rows of a seed.
type seedRows struct {
	server                       *Server
	apis                         []*store.ResourceServer
	people                       []*store.Client
	rights                       []*store.Grant
	organizations                []*store.Organization
	associations                 []*store.Association
	identifiers, clients, grants map[string]bool
	names                        map[string]bool // of organizations
}

func take(body *store.Object, name string) string {
	text := body.Text(name)
	body.Remove(name)
	return text
}

// textOrGenerate returns a text of the seed, or a new one if it is empty.
func textOrGenerate(text string, generate func() (string, error)) (string, error) {
	if text != "" {
		return text, nil
	}
	return generate()
}

func claim(taken map[string]bool, key string) error {
	if taken[key] {
		return fmt.Errorf("the seed already contains %q", key)
	}
	taken[key] = true
	return nil
}

func (r *seedRows) addResourceServer(body store.Object) error {
	body = body.Clone()
	id := take(&body, "id")
	if err := checkSeed(resourceServerSchema(), body); err != nil {
		return err
	}
	row, err := (&call{server: r.server, body: body}).newResourceServer()
	if err != nil {
		return err
	}
	if id != "" {
		doc, err := store.ParseObject(row.Body)
		if err != nil {
			return err
		}
		doc.Set("id", id)
		row.ID, row.Body = id, doc.Encode()
	}
	r.apis = append(r.apis, row)
	return claim(r.identifiers, row.Identifier)
}

func (r *seedRows) addClient(body store.Object) error {
	body = body.Clone()
	id, secret := take(&body, "client_id"), take(&body, "client_secret")
	if body.Has("client_authentication_methods") {
		return &SeedError{Member: "client_authentication_methods", Reason: "a seed cannot contain credentials"}
	}
	if err := checkSeed(clientSchema(), body); err != nil {
		return err
	}
	doc, made, err := (&call{server: r.server, body: body}).newClient()
	if err != nil {
		return err
	}
	if secret, err = textOrGenerate(secret, r.server.ids.secret); err != nil {
		return err
	}
	id = cmp.Or(id, made)
	doc.Set("client_id", id)
	r.people = append(r.people, clientRow(doc, &store.Client{Secret: secret}))
	return claim(r.clients, id)
}

func (r *seedRows) addGrant(body store.Object) error {
	body = body.Clone()
	id := take(&body, "id")
	if err := checkSeed(grantSchema(), body); err != nil {
		return err
	}
	if clientID := body.Text("client_id"); !r.clients[clientID] && !body.Has("default_for") {
		return &SeedError{Member: "client_id", Reason: fmt.Sprintf("the seed has no client %q", clientID)}
	}
	if audience := body.Text("audience"); !r.identifiers[audience] {
		return &SeedError{Member: "audience", Reason: fmt.Sprintf("the seed has no resource server %q", audience)}
	}
	id, err := textOrGenerate(id, r.server.ids.grant)
	if err != nil {
		return err
	}
	doc := store.Object{{Name: "id", Value: id}, {Name: "subject_type", Value: "client"}}
	grantSchema().apply(&doc, body)
	exchangeScopes(&doc, body)
	row := grantRow(doc)
	r.rights = append(r.rights, row)
	return claim(r.grants, row.ClientID+" "+row.Audience+" "+row.SubjectType)
}

func (r *seedRows) put(tx *store.Tx) error {
	// in the order of their IDs, as the store lists them, so that each is appended
	slices.SortFunc(r.rights, func(a, b *store.Grant) int { return cmp.Compare(a.ID, b.ID) })
	return errors.Join(
		putAll(r.apis, tx.PutResourceServer), putAll(r.people, tx.PutClient), putAll(r.rights, tx.PutGrant),
		putAll(r.organizations, tx.PutOrganization), putAll(r.associations, tx.PutAssociation),
	)
}

func putAll[R any](rows []*R, put func(*R) error) error {
	for _, row := range rows {
		if err := put(row); err != nil {
			return err
		}
	}
	return nil
}

// addOrganization adds an organization and its associations with grants, given as client_grants (OR001, OR006).
func (r *seedRows) addOrganization(body store.Object) error {
	body = body.Clone()
	id, grants := take(&body, "id"), body.Texts("client_grants")
	body.Remove("client_grants")
	if err := checkSeed(organizationSchema(), body); err != nil {
		return err
	}
	id, err := textOrGenerate(id, r.server.ids.organization)
	if err != nil {
		return err
	}
	for _, grant := range grants {
		if !slices.ContainsFunc(r.rights, func(g *store.Grant) bool { return g.ID == grant }) {
			return &SeedError{Member: "client_grants", Reason: fmt.Sprintf("the seed has no client grant %q", grant)}
		}
		r.associations = append(r.associations, &store.Association{OrganizationID: id, GrantID: grant})
	}
	row := organizationRow(id, body)
	r.organizations = append(r.organizations, row)
	return claim(r.names, row.Name)
}
