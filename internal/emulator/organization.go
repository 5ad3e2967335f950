package emulator

import (
	"errors"
	"net/http"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func organizationRoutes() []route {
	const all, one = "/api/v2/organizations", "/api/v2/organizations/{id}"
	const grants = one + "/client-grants"
	// OR014
	read, create, remove := []string{"read:organization_client_grants"}, []string{"create:organization_client_grants"}, []string{"delete:organization_client_grants"}
	return []route{
		{method: "GET", path: all, scopes: []string{"read:organizations"}, serve: paged(1, true, listOrganizations)},
		{method: "POST", path: all, scopes: []string{"create:organizations"}, body: true, serve: createOrganization},
		{method: "GET", path: one, scopes: []string{"read:organizations"}, serve: stored((*call).findOrganization, organizationBody)},
		{method: "DELETE", path: one, scopes: []string{"delete:organizations"}, serve: deleteOrganization},
		{method: "GET", path: grants, scopes: read, serve: listOrganizationGrants},
		{method: "POST", path: grants, scopes: create, body: true, serve: associateGrant},
		{method: "DELETE", path: grants + "/{grant_id}", scopes: remove, serve: dissociateGrant},
		{method: "GET", path: "/api/v2/client-grants/{id}/organizations", scopes: read, serve: listGrantOrganizations},
	}
}

func (c *call) findOrganization() (*store.Organization, error) {
	return lookup(c.params[0], c.server.store.Organization, notFound("No organization found by that id or name", "inexistent_organization")) // OR003
}

func organizationBody(row *store.Organization) []byte { return row.Body }

func listOrganizations(c *call, p paging) (reply, error) { // OR005
	page := c.lists().Organizations(query[store.Organization](p, nil))
	return listing(c, p, "organizations", page, organizationBody), nil
}

func createOrganization(c *call) (reply, error) {
	if f := organizationSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	id, err := c.server.ids.organization()
	if err != nil {
		return reply{}, err
	}
	row := organizationRow(id, c.body)
	err = c.server.store.Write(func(tx *store.Tx) error {
		return tx.PutOrganization(row)
	})
	if errors.Is(err, store.ErrTaken) { // OR004
		return reply{}, refuse(http.StatusConflict, "organization_conflict", "An organization with this name already exists.")
	}
	return created(raw(row.Body)), err
}

func organizationRow(id string, sent store.Object) *store.Organization {
	doc := store.Object{{Name: "id", Value: id}} // OR002
	organizationSchema().apply(&doc, sent)
	return &store.Organization{ID: id, Name: doc.Text("name"), Body: doc.Encode()}
}

func deleteOrganization(c *call) (reply, error) { // OR003
	row, err := c.findOrganization()
	if err != nil {
		return reply{}, err
	}
	return c.remove(func(tx *store.Tx) { tx.DeleteOrganization(row.ID) })
}

// associateGrant permits tokens for an organization with a grant (OR006).
func associateGrant(c *call) (reply, error) {
	organization, err := c.findOrganization()
	if err != nil {
		return reply{}, err
	}
	if f := associationSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	var grant *store.Grant
	err = c.server.store.Write(func(tx *store.Tx) error {
		var found bool
		if grant, found = c.server.store.Grant(c.body.Text("grant_id")); !found {
			return notFound("The grant does not exist.", "inexistent_client_grant")
		}
		if _, found = c.server.store.Organization(organization.ID); !found {
			return notFound("No organization found by that id or name", "inexistent_organization")
		}
		if _, found = c.server.store.Association(organization.ID, grant.ID); found {
			return refuse(http.StatusConflict, "organization_client_grant_conflict", "The client grant is already associated with the organization.")
		}
		return tx.PutAssociation(&store.Association{OrganizationID: organization.ID, GrantID: grant.ID})
	})
	if err != nil {
		return reply{}, err
	}
	body, err := grantOfOrganization(grant)
	return created(raw(body)), err
}

// grantOfOrganization returns a grant as the list of an organization contains it (OR006).
func grantOfOrganization(grant *store.Grant) ([]byte, error) {
	doc, err := store.ParseObject(grant.Body)
	if err != nil {
		return nil, err
	}
	var shown store.Object
	for _, name := range []string{"id", "client_id", "audience", "scope", "organization_usage", "allow_any_organization"} {
		if value, found := doc.Get(name); found {
			shown.Set(name, value)
		}
	}
	return shown.Encode(), nil
}

func dissociateGrant(c *call) (reply, error) { // OR007
	organization, err := c.findOrganization()
	if err != nil {
		return reply{}, err
	}
	row, found := c.server.store.Association(organization.ID, c.params[1])
	if !found {
		return noContent(), nil
	}
	return c.remove(func(tx *store.Tx) { tx.DeleteAssociation(row) })
}

// listOrganizationGrants lists the grants of an organization, filtered by client and audience (OR008).
func listOrganizationGrants(c *call) (reply, error) {
	organization, err := c.findOrganization()
	if err != nil {
		return reply{}, err
	}
	p, err := c.paging(1, false)
	if err != nil {
		return reply{}, err
	}
	grants := c.lists()
	clientID, audience, wanted := c.query.Get("client_id"), c.query.Get("audience"), c.query["grant_ids"]
	match := func(a *store.Association) bool {
		grant, found := grants.Grant(a.GrantID)
		return found && (clientID == "" || grant.ClientID == clientID) && (audience == "" || grant.Audience == audience) &&
			(len(wanted) == 0 || slices.Contains(wanted, grant.ID))
	}
	page := grants.AssociationsOfOrganization(organization.ID, query(p, match))
	return listing(c, p, "client_grants", page, func(a *store.Association) []byte {
		grant, found := grants.Grant(a.GrantID)
		if !found {
			return []byte("{}")
		}
		body, err := grantOfOrganization(grant)
		if err != nil {
			return []byte("{}")
		}
		return body
	}), nil
}

// listGrantOrganizations lists the organizations with which a grant is associated (CG015).
func listGrantOrganizations(c *call) (reply, error) {
	grant, err := c.findGrant()
	if err != nil {
		return reply{}, err
	}
	p, err := c.paging(1, true)
	if err != nil {
		return reply{}, err
	}
	organizations := c.lists()
	page := organizations.AssociationsOfGrant(grant.ID, query[store.Association](p, nil))
	return listing(c, p, "organizations", page, func(a *store.Association) []byte {
		row, found := organizations.Organization(a.OrganizationID)
		if !found {
			return []byte("{}")
		}
		return row.Body
	}), nil
}
