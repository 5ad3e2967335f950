package management_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAPIGetOfAnEscapedIdentifier requests the API "https://api.example%2Fv1". Auth0 responds with "https://api.example/v1" if only
// that exists (GE001). Only its 404 to a second request, with the identifier escaped twice, means that the API does not exist.
func TestAPIGetOfAnEscapedIdentifier(t *testing.T) {
	const (
		identifier = "https://api.example%2Fv1"
		once       = "GET " + apisPath + "/https:%2F%2Fapi.example%252Fv1"
		twice      = "GET " + apisPath + "/https:%252F%252Fapi.example%25252Fv1"
	)
	unescaped := says(200, minimal)
	requested := says(200, strings.Replace(minimal, "https://api.example/v1", identifier, 1))
	other := says(200, strings.Replace(minimal, "https://api.example/v1", "https://other.example", 1))
	for name, c := range map[string]struct {
		routes        map[string]func(call) reply
		asked         []string
		found, absent bool
	}{
		"it exists":                  {routes: map[string]func(call) reply{once: requested}, asked: []string{once}, found: true},
		"neither exists":             {asked: []string{once}, absent: true},
		"the unescaped one exists":   {routes: map[string]func(call) reply{once: unescaped}, asked: []string{once, twice}, absent: true},
		"Auth0 always unescapes":     {routes: map[string]func(call) reply{once: unescaped, twice: requested}, asked: []string{once, twice}, found: true},
		"the unescaped one twice":    {routes: map[string]func(call) reply{once: unescaped, twice: unescaped}, asked: []string{once, twice}},
		"then another one":           {routes: map[string]func(call) reply{once: unescaped, twice: other}, asked: []string{once, twice}},
		"a page of a gateway":        {routes: map[string]func(call) reply{once: unescaped, twice: says(404, "<html>")}, asked: []string{once, twice}},
		"a 404 about something else": {routes: map[string]func(call) reply{once: unescaped, twice: says(404, absentBody(clientsPath))}, asked: []string{once, twice}},
		"another one":                {routes: map[string]func(call) reply{once: other}, asked: []string{once}},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, c.routes)
			got, err := server.tenant(t).APIs.Get(t.Context(), tenant.APIKey{Identifier: identifier})
			absent, foreign := new(tenant.NotFound), new(tenant.ForeignResponse)
			switch {
			case c.found && (err != nil || got.Identifier != identifier):
				t.Errorf("found %q, %v", got.Identifier, err)
			case errors.As(err, &absent) != c.absent, errors.As(err, &foreign) == (c.found || c.absent):
				t.Errorf("error %v", err)
			case c.absent && absent.Key != identifier:
				t.Errorf("%q is missing", absent.Key)
			}
			wantRoutes(t, server, c.asked...)
		})
	}
}
