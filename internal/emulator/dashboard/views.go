package dashboard

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const (
	rowsPerPage = 50  // of objects and scopes
	maxColumns  = 40  // scopes in the matrix
	maxRequests = 200 // in the log
)

// pager describes a page of a list. Previous and Next are queries, or "".
type pager struct {
	Page, Pages, Total int
	Previous, Next     string
}

// paged returns the pager of the page that a parameter of the request names.
func paged(r *http.Request, parameter string, total int) pager {
	p := pager{Total: total, Pages: max(1, (total+rowsPerPage-1)/rowsPerPage)}
	n, _ := strconv.Atoi(r.URL.Query().Get(parameter)) // without a number, the first page
	p.Page = min(max(n, 1), p.Pages)
	link := func(page int) string {
		query := url.Values{parameter: {strconv.Itoa(page)}}
		for _, name := range []string{"page", "scopes", "client", "api"} {
			if value := r.URL.Query().Get(name); value != "" && name != parameter {
				query.Set(name, value)
			}
		}
		return "?" + query.Encode()
	}
	if p.Page > 1 {
		p.Previous = link(p.Page - 1)
	}
	if p.Page < p.Pages {
		p.Next = link(p.Page + 1)
	}
	return p
}

// offset returns the number of rows before the page.
func (p pager) offset() int { return (p.Page - 1) * rowsPerPage }

// part returns the items of a page.
func part[T any](items []T, p pager) []T {
	return items[p.offset():min(len(items), p.offset()+rowsPerPage)]
}

// parse decodes a stored object, which is always valid.
func parse(body []byte) store.Object {
	object, _ := store.ParseObject(body)
	return object
}

// property is a member of an object that has no place of its own on the page.
type property struct{ Name, Value string }

// secrets are members that a page never contains unless they are revealed.
var secrets = []string{"client_secret", "signing_secret", "encryption_key", "signing_keys"}

func properties(object store.Object, except ...string) []property {
	var all []property
	for _, m := range object {
		if slices.Contains(except, m.Name) || slices.Contains(secrets, m.Name) {
			continue
		}
		value, isText := m.Value.(string)
		if !isText {
			value = text(m.Value)
		}
		all = append(all, property{m.Name, value})
	}
	return all
}

// text returns a value as JSON, and a list of texts as its items.
func text(value any) string {
	items, isList := value.([]any)
	list := store.Object{{Name: "list", Value: items}}.Texts("list")
	if isList && len(list) == len(items) {
		return strings.Join(list, ", ")
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

type api struct {
	ID, Name, Identifier, Algorithm string
	System                          bool
	Scopes                          []scope
}

type scope struct {
	Value, Description string
	Granted            bool
}

func newAPI(row *store.ResourceServer) (api, store.Object) {
	object := parse(row.Body)
	a := api{ID: row.ID, Name: object.Text("name"), Identifier: row.Identifier, Algorithm: object.Text("signing_alg"), System: row.System}
	for _, item := range object.Items("scopes") {
		member, _ := item.(store.Object)
		a.Scopes = append(a.Scopes, scope{Value: member.Text("value"), Description: member.Text("description")})
	}
	return a, object
}

type application struct {
	ID, Name, Type, GrantTypes string
	MachineToMachine           bool // has the grant type client_credentials
}

func newApplication(row *store.Client) (application, store.Object) {
	object := parse(row.Body)
	types := object.Texts("grant_types")
	return application{
		ID: row.ID, Name: object.Text("name"), Type: cmp.Or(row.AppType, "not set"), GrantTypes: strings.Join(types, ", "),
		MachineToMachine: slices.Contains(types, "client_credentials"),
	}, object
}

// grant is an authorization of a client for an API.
type grant struct {
	Client, API              string // names
	ClientID, APIID, Subject string
	AllScopes                bool
	Scopes                   []scope         // those of the API
	Undefined                map[string]bool // granted scopes that the API does not define
	Granted                  string
}

// newGrant returns a grant on an API, which has no ID if it does not exist.
func (d *dashboard) newGrant(row *store.Grant, a api) grant {
	object := parse(row.Body)
	granted := object.Texts("scope")
	g := grant{
		Client: d.clientName(row.ClientID), ClientID: row.ClientID, API: cmp.Or(a.Name, row.Audience), APIID: a.ID, Subject: row.SubjectType,
		AllScopes: object.Flag("allow_all_scopes"), Granted: strings.Join(granted, ", "), Undefined: map[string]bool{},
	}
	for _, value := range granted {
		g.Undefined[value] = true
	}
	for _, s := range a.Scopes {
		s.Granted = g.AllScopes || g.Undefined[s.Value]
		g.Scopes = append(g.Scopes, s)
	}
	for _, s := range a.Scopes {
		delete(g.Undefined, s.Value)
	}
	return g
}

// clientName returns the name of a client, or its ID.
func (d *dashboard) clientName(id string) string {
	if row, found := d.tenant.Objects.Client(id); found {
		return cmp.Or(parse(row.Body).Text("name"), id)
	}
	return id
}

func (d *dashboard) apis(r *http.Request) (view, bool) {
	p := paged(r, "page", d.tenant.Objects.Sizes().ResourceServers)
	var rows []api
	for _, row := range d.tenant.Objects.ResourceServers(store.Query[store.ResourceServer]{Offset: p.offset(), Limit: rowsPerPage}).Rows {
		a, _ := newAPI(row)
		rows = append(rows, a)
	}
	return view{Template: "apis", Title: "APIs", Content: map[string]any{"Rows": rows, "Pager": p}}, true
}

// member is an application in the list of an API.
type member struct {
	application
	Grant *grant // nil if it is not authorized
}

func (d *dashboard) api(r *http.Request) (view, bool) {
	row, found := d.tenant.Objects.ResourceServer(r.PathValue("id"))
	if !found {
		return view{}, false
	}
	a, object := newAPI(row)
	scopes := paged(r, "scopes", len(a.Scopes))
	list, p := d.clients(r)
	var members []member
	for _, client := range list {
		m := member{}
		m.application, _ = newApplication(client)
		if row, found := d.tenant.Objects.GrantFor(client.ID, row.Identifier, "client"); found {
			g := d.newGrant(row, a)
			m.Grant = &g
		}
		members = append(members, m)
	}
	return view{Template: "api", Title: a.Name, Content: map[string]any{
		"Path": "/dashboard/apis/" + url.PathEscape(row.ID), "API": a, "Scopes": part(a.Scopes, scopes), "ScopePager": scopes, "Members": members, "Pager": p,
		"Selected": r.URL.Query().Get("client"), "HasSecret": row.Secret != "",
		"Settings": properties(object, "id", "name", "identifier", "signing_alg", "scopes", "is_system"),
	}}, true
}

// clients returns a page of the clients except the global one, which is the last.
func (d *dashboard) clients(r *http.Request) ([]*store.Client, pager) {
	local := func(c *store.Client) bool { return !c.Global }
	p := paged(r, "page", d.tenant.Objects.Clients(store.Query[store.Client]{Match: local, Limit: 0}).Total)
	return d.tenant.Objects.Clients(store.Query[store.Client]{Match: local, Offset: p.offset(), Limit: rowsPerPage}).Rows, p
}

func (d *dashboard) applications(r *http.Request) (view, bool) {
	list, p := d.clients(r)
	var rows []application
	for _, row := range list {
		a, _ := newApplication(row)
		rows = append(rows, a)
	}
	return view{Template: "applications", Title: "Applications", Content: map[string]any{"Rows": rows, "Pager": p}}, true
}

// credential is a key or certificate of a client.
type credential struct{ Name, Kind, Algorithm, KeyID, Expires string }

func (d *dashboard) application(r *http.Request) (view, bool) {
	row, found := d.tenant.Objects.Client(r.PathValue("id"))
	if !found {
		return view{}, false
	}
	a, object := newApplication(row)
	var credentials []credential
	for _, row := range d.tenant.Objects.CredentialsOf(row.ID) {
		c := parse(row.Body)
		credentials = append(credentials, credential{
			Name: cmp.Or(c.Text("name"), row.ID), Kind: c.Text("credential_type"), Algorithm: c.Text("alg"), KeyID: c.Text("kid"), Expires: c.Text("expires_at"),
		})
	}
	var grants []grant
	p := paged(r, "page", d.tenant.Objects.Grants(store.GrantScope{ClientID: row.ID}, store.Query[store.Grant]{}).Total)
	for _, row := range d.tenant.Objects.Grants(store.GrantScope{ClientID: row.ID}, store.Query[store.Grant]{Offset: p.offset(), Limit: rowsPerPage}).Rows {
		var a api
		if row, found := d.tenant.Objects.ResourceServerByIdentifier(row.Audience); found {
			a, _ = newAPI(row)
		}
		grants = append(grants, d.newGrant(row, a))
	}
	method := object.Text("token_endpoint_auth_method")
	if methods := object.Child("client_authentication_methods").Names(); len(methods) > 0 {
		method = strings.Join(methods, ", ")
	}
	return view{Template: "application", Title: a.Name, Content: map[string]any{
		"Path": "/dashboard/applications/" + url.PathEscape(row.ID), "Application": a, "Credentials": credentials, "Grants": grants, "Pager": p, "Method": cmp.Or(method, "client_secret_post (not set)"),
		"HasSecret": !object.Has("client_authentication_methods") && method != "none",
		"Settings":  properties(object, "client_id", "name", "app_type", "grant_types", "tenant", "global", "token_endpoint_auth_method"),
	}}, true
}

// access shows the grants of one API: the one in the query, otherwise the first that is not a system API.
func (d *dashboard) access(r *http.Request) (view, bool) {
	own := func(a *store.ResourceServer) bool { return !a.System }
	some := d.tenant.Objects.ResourceServers(store.Query[store.ResourceServer]{Match: own, Limit: rowsPerPage})
	id := r.URL.Query().Get("api")
	if id == "" && len(some.Rows) > 0 {
		id = some.Rows[0].ID
	}
	var apis []api
	for _, row := range some.Rows {
		a, _ := newAPI(row)
		apis = append(apis, a)
	}
	row, found := d.tenant.Objects.ResourceServer(id)
	if !found {
		return view{Template: "access", Title: "Access", Content: map[string]any{}}, id == ""
	}
	a, _ := newAPI(row)
	scope := store.GrantScope{Audience: row.Identifier}
	p := paged(r, "page", d.tenant.Objects.Grants(scope, store.Query[store.Grant]{}).Total)
	var grants []grant
	for _, row := range d.tenant.Objects.Grants(scope, store.Query[store.Grant]{Offset: p.offset(), Limit: rowsPerPage}).Rows {
		grants = append(grants, d.newGrant(row, a))
	}
	return view{Template: "access", Title: "Access", Content: map[string]any{"APIs": apis, "API": a, "Grants": grants, "Columns": maxColumns, "Pager": p}}, true
}

func (d *dashboard) log(*http.Request) (view, bool) {
	return view{Template: "log", Title: "Requests", Content: d.requests(0)}, true
}

// logRows returns the requests after the one in the query, for the script of the log.
func (d *dashboard) logRows(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after")) // without a number, from the start
	d.render(w, http.StatusOK, view{Template: "rows", Content: d.requests(min(max(after, 0), math.MaxInt32))})
}

// requests returns the newest requests, the newest first.
func (d *dashboard) requests(after int) []Request {
	all := d.tenant.Requests(after, maxRequests)
	for i := range all {
		all[i].Caller = d.clientName(all[i].Caller)
	}
	slices.Reverse(all)
	return all
}
