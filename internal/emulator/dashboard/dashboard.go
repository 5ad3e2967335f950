// Package dashboard shows the tenant of the emulator in a browser, with the names and steps of Auth0's dashboard. It reads the
// objects from the store, and changes them with operations of the Management API.
package dashboard

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static
var static embed.FS

// Tenant contains what the page shows, and how it changes it.
type Tenant struct {
	Objects *store.Store
	// Send performs an operation of the Management API as the dashboard.
	Send func(r *http.Request, method, path string, body store.Object) (status int, answer store.Object)
	// Requests returns the newest requests after a sequence number, in order.
	Requests func(after, limit int) []Request
}

// Request is a request that the tenant answered.
type Request struct {
	Seq                  int
	Time                 time.Time
	Method, Path, Caller string
	Status               int
	Duration             time.Duration
}

// dashboard serves the pages of a tenant. Every form contains its random token, which no other site can read.
type dashboard struct {
	tenant Tenant
	pages  *template.Template
	token  string
}

const formLimit = 1 << 20 // bytes of a form; the longest one selects a thousand scopes

// policy forbids scripts and styles in the page itself, resources of other sites, and framing.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// New returns the handler of the path / and of paths below /dashboard/. The caller has checked the header Host.
func New(tenant Tenant) http.Handler {
	d := &dashboard{tenant: tenant, token: rand.Text()}
	d.pages = template.Must(template.New("").Funcs(template.FuncMap{"escape": url.PathEscape}).ParseFS(templates, "templates/*.html"))
	mux := http.NewServeMux()
	mux.Handle("GET /dashboard/static/", http.StripPrefix("/dashboard", http.FileServerFS(static)))
	for pattern, show := range map[string]page{
		"/{$}": d.apis, "/dashboard/apis/{id}": d.api, "/dashboard/applications": d.applications,
		"/dashboard/applications/{id}": d.application, "/dashboard/access": d.access, "/dashboard/log": d.log,
	} {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) { d.respond(w, r, http.StatusOK, show, view{}) })
	}
	for pattern, a := range d.actions() {
		mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) { d.act(w, r, a) })
	}
	mux.HandleFunc("GET /dashboard/log/rows", d.logRows)
	return protect(mux)
}

// protect sets the headers of every response, and rejects requests of other origins, also of other ports of this machine.
func protect(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			w.Header().Set(name, value)
		}
		if err := sameOrigin.Check(r); err != nil {
			http.Error(w, "The dashboard accepts forms of its own pages only.", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, formLimit)
		next.ServeHTTP(w, r)
	})
}

// view contains the data of a template.
type view struct {
	Template, Title string
	Token           string
	Notice, Problem string
	Secret          string     // revealed by this request
	Form            url.Values // what was sent, if the tenant rejected it
	Content         any
}

// page reads the content of one page; false if its object does not exist.
type page func(r *http.Request) (view, bool)

func (d *dashboard) respond(w http.ResponseWriter, r *http.Request, status int, show page, extra view) {
	v, found := show(r)
	if !found {
		status, v = http.StatusNotFound, view{Template: "missing", Title: "Not found"}
	}
	v.Token, v.Form, v.Problem, v.Secret = d.token, extra.Form, extra.Problem, extra.Secret
	v.Notice = cmp.Or(extra.Notice, notices[r.URL.Query().Get("done")])
	d.render(w, status, v)
}

func (d *dashboard) render(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := d.pages.ExecuteTemplate(&out, v.Template, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the browser may have closed the connection
}

// act performs an action and redirects to the next page. If the tenant rejects it, act shows the page with the reason.
func (d *dashboard) act(w http.ResponseWriter, r *http.Request, a action) {
	if err := r.ParseForm(); err != nil {
		status := http.StatusBadRequest
		if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "The form cannot be read.", status)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(d.token)) != 1 {
		http.Error(w, "The form does not contain the token of the page. Reload the page and try again.", http.StatusForbidden)
		return
	}
	result, err := a.run(r)
	rejected := new(rejection)
	switch {
	case errors.As(err, &rejected):
		d.respond(w, r, rejected.status, a.page, view{Problem: rejected.message, Form: r.PostForm})
	case result.secret != "":
		d.respond(w, r, http.StatusOK, a.page, view{Secret: result.secret, Notice: "The secret is shown below."})
	default:
		http.Redirect(w, r, result.next, http.StatusSeeOther)
	}
}
