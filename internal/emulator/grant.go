package emulator

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func grantRoutes() []route {
	return objectRoutes("/api/v2/client-grants", "/api/v2/client-grants/{id}", "client_grants",
		paged(1, true, listGrants), createGrant, stored((*call).findGrant, grantBody), updateGrant, deleteGrant)
}

func (c *call) findGrant() (*store.Grant, error) {
	return lookup(c.params[0], c.server.store.Grant, notFound("The grant does not exist.", "inexistent_client_grant")) // CG008
}

func grantBody(row *store.Grant) []byte { return row.Body }

func createGrant(c *call) (reply, error) {
	if f := grantSchema().check(c.body, onCreate); f != nil {
		return reply{}, invalidBody(f)
	}
	if err := checkAllScopes(c.body); err != nil {
		return reply{}, err
	}
	if err := c.checkClientAndAPI(); err != nil {
		return reply{}, err
	}
	id, err := c.server.ids.grant()
	if err != nil {
		return reply{}, err
	}
	doc := store.Object{{Name: "id", Value: id}, {Name: "subject_type", Value: "client"}} // CG002
	grantSchema().apply(&doc, c.body)
	exchangeScopes(&doc, c.body)
	if err := c.server.checkGrantScopes(doc); err != nil {
		return reply{}, err
	}
	row := grantRow(doc)
	err = c.server.store.Write(func(tx *store.Tx) error {
		if err := checkEntityLimit(c.server.store.Sizes().Grants, c.server.options.Limits.Grants); err != nil {
			return err
		}
		return tx.PutGrant(row)
	})
	if errors.Is(err, store.ErrTaken) { // CG004
		return reply{}, refuse(http.StatusConflict, "client_grant_conflict",
			fmt.Sprintf("A client grant already exists between %s and %s", row.ClientID, row.Audience))
	}
	return created(raw(row.Body)), err
}

// checkClientAndAPI checks that client and API exist (CG003).
func (c *call) checkClientAndAPI() error {
	clientID, audience := c.body.Text("client_id"), c.body.Text("audience")
	switch {
	case clientID == "" && !c.body.Has("default_for"):
		return invalidBody(violationf("", "Missing required property: client_id"))
	case clientID != "" && c.body.Has("default_for"):
		return invalidBody(violationf("", "Data is valid against more than one schema from 'oneOf'"))
	}
	api, known := c.server.store.ResourceServerByIdentifier(audience)
	if !known {
		return notFound("The resource server does not exist", "inexistent_resource_server")
	}
	if clientID == "" {
		return nil
	}
	client, known := c.server.store.Client(clientID)
	if !known {
		return notFound("The client does not exist", "inexistent_client")
	}
	if client.AppType == expressClient && audience != expressIdentifier { // CG016
		return badRequest("validation_error", "Client of type express_configuration cannot be used")
	}
	if api.System && !client.FirstParty { // CG013
		return badRequest("validation_error", "Third-party clients cannot be granted access to a system API")
	}
	return nil
}

// checkAllScopes rejects allow_all_scopes together with scope (CG006).
func checkAllScopes(sent store.Object) error {
	if sent.Flag("allow_all_scopes") && len(sent.Items("scope")) > 0 {
		return badRequest("validation_error", "`allow_all_scopes` and `scope` cannot be provided together")
	}
	return nil
}

// exchangeScopes removes scope if allow_all_scopes is set, and the other way around (CG006).
func exchangeScopes(doc *store.Object, sent store.Object) {
	if sent.Flag("allow_all_scopes") {
		doc.Remove("scope")
	}
}

// checkGrantScopes rejects contradictions, and scopes that the API does not define if the tenant is strict (CG005 to CG007).
func (s *Server) checkGrantScopes(doc store.Object) error {
	api, known := s.store.ResourceServerByIdentifier(doc.Text("audience"))
	if doc.Flag("allow_all_scopes") {
		if known && api.System { // CG007
			return badRequest("validation_error", "`allow_all_scopes` cannot be provided when `audience` is a system API")
		}
		return nil
	}
	if !known || !s.options.Switches.StrictGrantScopes {
		return nil
	}
	body, err := store.ParseObject(api.Body)
	if err != nil {
		return err
	}
	defined := scopeValues(body)
	for _, scope := range doc.Texts("scope") {
		if !slices.Contains(defined, scope) {
			return badRequest("validation_error", "Scope is not defined by the resource server: "+scope)
		}
	}
	return nil
}

func grantRow(doc store.Object) *store.Grant {
	return &store.Grant{
		ID: doc.Text("id"), ClientID: doc.Text("client_id"), Audience: doc.Text("audience"),
		SubjectType: doc.Text("subject_type"), DefaultFor: doc.Text("default_for"),
		AnyOrganization: doc.Flag("allow_any_organization"), System: doc.Flag("is_system"), Body: doc.Encode(),
	}
}

func updateGrant(c *call) (reply, error) {
	table := grantSchema()
	if f := table.checkPatch(c.body); f != nil {
		return reply{}, invalidBody(f)
	}
	if err := checkAllScopes(c.body); err != nil {
		return reply{}, err
	}
	return c.update(func(tx *store.Tx) ([]byte, error) {
		row, err := lookup(c.params[0], c.server.store.Grant, notFound("The client grant does not exist.", "inexistent_client_grant")) // CG008
		if err != nil {
			return nil, err
		}
		if row.System {
			return nil, badRequest("validation_error", "System client grants cannot be changed.") // CG014
		}
		doc, err := store.ParseObject(row.Body)
		if err != nil {
			return nil, err
		}
		table.apply(&doc, c.body)
		exchangeScopes(&doc, c.body)
		if err := c.server.checkGrantScopes(doc); err != nil {
			return nil, err
		}
		after := grantRow(doc)
		return after.Body, tx.PutGrant(after)
	})
}

func deleteGrant(c *call) (reply, error) {
	row, err := c.findGrant()
	if err != nil {
		return noContent(), nil // CG009
	}
	if row.System {
		return reply{}, badRequest("validation_error", "System client grants cannot be deleted.") // CG014
	}
	return c.remove(func(tx *store.Tx) { tx.DeleteGrant(row.ID) })
}

// deleteGrants deletes all grants of a client or on an audience.
func (s *Server) deleteGrants(tx *store.Tx, of store.GrantScope) {
	for _, grant := range s.store.Grants(of, store.Query[store.Grant]{Limit: math.MaxInt}).Rows {
		tx.DeleteGrant(grant.ID)
	}
}

func listGrants(c *call, p paging) (reply, error) {
	match, err := c.grantFilter()
	if err != nil {
		return reply{}, err
	}
	scope := store.GrantScope{ClientID: c.query.Get("client_id"), Audience: c.query.Get("audience")}
	page := c.lists().Grants(scope, query(p, match))
	if c.server.options.Switches.PageTotals { // CG012
		page.Total = len(page.Rows)
	}
	return listing(c, p, "client_grants", page, grantBody), nil
}

// grantFilter combines the filters other than client and audience (CG011). nil matches all.
func (c *call) grantFilter() (func(*store.Grant) bool, error) {
	subject, defaultFor := c.query.Get("subject_type"), c.query.Get("default_for")
	anyOrganization, err := c.flag("allow_any_organization", false)
	if err != nil {
		return nil, err
	}
	f := c.oneOf("subject_type", "client", "user").and(c.oneOf("default_for", "third_party_clients"))
	if f != nil {
		return nil, invalidQuery(f)
	}
	if subject == "" && defaultFor == "" && !anyOrganization {
		return nil, nil
	}
	return func(g *store.Grant) bool {
		return (subject == "" || g.SubjectType == subject) && (defaultFor == "" || g.DefaultFor == defaultFor) &&
			(!anyOrganization || g.AnyOrganization)
	}, nil
}
