package dashboard

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// action is a form of a page.
type action struct {
	page page // the page with the form
	run  func(r *http.Request) (result, error)
}

// result is the effect of an action: the page to redirect to, or a secret to show once.
type result struct{ next, secret string }

// rejection is an error response of the Management API.
type rejection struct {
	status  int
	message string
}

func (r *rejection) Error() string { return r.message }

// notices contains the messages after an action, by the parameter "done".
var notices = map[string]string{
	"created":       "The API was created, with a test application and its grant.",
	"deleted":       "Deleted.",
	"scope-added":   "The permission was added.",
	"scope-removed": "The permission was removed.",
	"authorized":    "The application is authorized. Select its permissions.",
	"unauthorized":  "The application is no longer authorized.",
	"updated":       "The permissions of the application were updated.",
	"renamed":       "The application was renamed.",
}

func (d *dashboard) actions() map[string]action {
	const api, application = "/dashboard/apis/{id}", "/dashboard/applications/{id}"
	return map[string]action{
		"/dashboard/apis":       {d.apis, d.createAPI},
		api + "/scopes":         {d.api, d.addScope},
		api + "/scopes/remove":  {d.api, d.removeScope},
		api + "/authorization":  {d.api, d.authorize},
		api + "/grant":          {d.api, d.updateGrant},
		api + "/secret":         {d.api, d.reveal("/api/v2/resource-servers/", "signing_secret")},
		api + "/delete":         {d.api, d.remove("/api/v2/resource-servers/", "/?done=deleted")},
		application + "/name":   {d.application, d.rename},
		application + "/secret": {d.application, d.reveal("/api/v2/clients/", "client_secret")},
		application + "/delete": {d.application, d.remove("/api/v2/clients/", "/dashboard/applications?done=deleted")},
	}
}

// send performs an operation of the Management API. Its error response is a *rejection.
func (d *dashboard) send(r *http.Request, method, path string, body store.Object) (store.Object, error) {
	status, answer := d.tenant.Send(r, method, path, body)
	if status >= http.StatusMultipleChoices {
		return nil, &rejection{status: status, message: answer.Text("message")}
	}
	return answer, nil
}

// createAPI also creates the test application of the API, and its grant without permissions (CL027).
func (d *dashboard) createAPI(r *http.Request) (result, error) {
	name, identifier := r.PostForm.Get("name"), r.PostForm.Get("identifier")
	api, err := d.send(r, http.MethodPost, "/api/v2/resource-servers", store.Object{
		{Name: "name", Value: name},
		{Name: "identifier", Value: identifier},
		{Name: "signing_alg", Value: r.PostForm.Get("signing_alg")},
	})
	if err != nil {
		return result{}, err
	}
	client, err := d.send(r, http.MethodPost, "/api/v2/clients", store.Object{
		{Name: "name", Value: name + " (Test Application)"},
		{Name: "app_type", Value: "non_interactive"},
		{Name: "grant_types", Value: []any{"client_credentials"}},
	})
	if err == nil {
		err = d.createGrant(r, client.Text("client_id"), identifier)
	}
	return result{next: "/dashboard/apis/" + url.PathEscape(api.Text("id")) + "?done=created"}, err
}

func (d *dashboard) createGrant(r *http.Request, clientID, audience string) error {
	_, err := d.send(r, http.MethodPost, "/api/v2/client-grants", store.Object{
		{Name: "client_id", Value: clientID},
		{Name: "audience", Value: audience},
		{Name: "scope", Value: []any{}},
	})
	return err
}

// changeScopes replaces the scopes of the API in the path.
func (d *dashboard) changeScopes(r *http.Request, done string, change func(scopes []any) []any) (result, error) {
	path := "/api/v2/resource-servers/" + url.PathEscape(r.PathValue("id"))
	var scopes []any
	if row, found := d.tenant.Objects.ResourceServer(r.PathValue("id")); found {
		scopes = parse(row.Body).Items("scopes")
	}
	_, err := d.send(r, http.MethodPatch, path, store.Object{{Name: "scopes", Value: change(scopes)}})
	return result{next: "/dashboard/apis/" + url.PathEscape(r.PathValue("id")) + "?done=" + done + "#permissions"}, err
}

func (d *dashboard) addScope(r *http.Request) (result, error) {
	return d.changeScopes(r, "scope-added", func(scopes []any) []any {
		scope := store.Object{{Name: "value", Value: r.PostForm.Get("value")}}
		if description := r.PostForm.Get("description"); description != "" {
			scope.Set("description", description)
		}
		return append(slices.Clone(scopes), scope)
	})
}

func (d *dashboard) removeScope(r *http.Request) (result, error) {
	return d.changeScopes(r, "scope-removed", func(scopes []any) []any {
		return slices.DeleteFunc(slices.Clone(scopes), func(scope any) bool {
			object, _ := scope.(store.Object)
			return object.Text("value") == r.PostForm.Get("value")
		})
	})
}

// grant returns the grant of the client in the form on the API in the path.
func (d *dashboard) grant(r *http.Request) (clientID, audience string, grant *store.Grant) {
	clientID = r.PostForm.Get("client_id")
	if api, found := d.tenant.Objects.ResourceServer(r.PathValue("id")); found {
		audience = api.Identifier
	}
	grant, _ = d.tenant.Objects.GrantFor(clientID, audience, "client")
	return clientID, audience, grant
}

// authorize creates or deletes the grant of a client, as the form says.
func (d *dashboard) authorize(r *http.Request) (result, error) {
	clientID, audience, grant := d.grant(r)
	var err error
	done := "unauthorized"
	switch on := r.PostForm.Get("authorized") == "on"; {
	case on:
		done = "authorized"
		err = d.createGrant(r, clientID, audience)
	case grant != nil:
		_, err = d.send(r, http.MethodDelete, "/api/v2/client-grants/"+url.PathEscape(grant.ID), nil)
	}
	return result{next: grantPage(r, clientID, done)}, err
}

// updateGrant sets the scopes of a grant to those that are selected.
func (d *dashboard) updateGrant(r *http.Request) (result, error) {
	clientID, _, grant := d.grant(r)
	if grant == nil {
		return result{}, &rejection{status: http.StatusConflict, message: "The application is no longer authorized."}
	}
	selected := []any{}
	for _, scope := range r.PostForm["scope"] {
		selected = append(selected, scope)
	}
	body := store.Object{{Name: "scope", Value: selected}}
	if parse(grant.Body).Flag("allow_all_scopes") {
		body.Set("allow_all_scopes", false)
	}
	_, err := d.send(r, http.MethodPatch, "/api/v2/client-grants/"+url.PathEscape(grant.ID), body)
	return result{next: grantPage(r, clientID, "updated")}, err
}

func grantPage(r *http.Request, clientID, done string) string {
	query := url.Values{"client": {clientID}, "done": {done}}
	if page := r.URL.Query().Get("page"); page != "" {
		query.Set("page", page)
	}
	return "/dashboard/apis/" + url.PathEscape(r.PathValue("id")) + "?" + query.Encode() + "#applications"
}

func (d *dashboard) rename(r *http.Request) (result, error) {
	id := url.PathEscape(r.PathValue("id"))
	_, err := d.send(r, http.MethodPatch, "/api/v2/clients/"+id, store.Object{{Name: "name", Value: r.PostForm.Get("name")}})
	return result{next: "/dashboard/applications/" + id + "?done=renamed"}, err
}

// remove returns the action that deletes the object in the path.
func (d *dashboard) remove(collection, next string) func(*http.Request) (result, error) {
	return func(r *http.Request) (result, error) {
		_, err := d.send(r, http.MethodDelete, collection+url.PathEscape(r.PathValue("id")), nil)
		return result{next: next}, err
	}
}

// reveal returns the action that reads a secret of the object in the path.
func (d *dashboard) reveal(collection, member string) func(*http.Request) (result, error) {
	return func(r *http.Request) (result, error) {
		answer, err := d.send(r, http.MethodGet, collection+url.PathEscape(r.PathValue("id"))+"?fields="+member, nil)
		if err == nil && answer.Text(member) == "" {
			err = &rejection{status: http.StatusNotFound, message: "There is no secret."}
		}
		return result{secret: answer.Text(member)}, err
	}
}
