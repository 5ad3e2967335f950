package management_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestRepeatedCreateIsNotProcessed loses the response to a create. A look-up does not find the object, and the tenant has no room for the
// second request. The first one can still take effect, so the result stays unknown.
func TestRepeatedCreateIsNotProcessed(t *testing.T) {
	exhausted := reply{
		status: http.StatusTooManyRequests, body: `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached"}`,
		header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)},
	}
	for name, c := range map[string]struct {
		post, look string
		found      reply // nothing
		create     func(*testing.T, tenant.Tenant) error
	}{
		"API": {postAPI, getAPI, absent, func(t *testing.T, ports tenant.Tenant) error {
			_, err := ports.APIs.Create(t.Context(), tenant.NewAPI{API: timesheets()})
			return err
		}},
		"grant": {"POST " + grantsPath, "GET " + grantsPath, reply{status: 200, body: `{"client_grants":[]}`}, func(t *testing.T, ports tenant.Tenant) error {
			_, err := ports.Grants.Create(t.Context(), jobGrant())
			return err
		}},
		"client": {"POST " + clientsPath, "GET " + clientsPath, reply{status: 200, body: `{"clients":[]}`}, func(t *testing.T, ports tenant.Tenant) error {
			_, err := ports.Clients.Create(t.Context(), job())
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, map[string]func(call) reply{c.post: inTurn(lost, exhausted), c.look: func(call) reply { return c.found }})
			base, err := management.BaseURL(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			ports, err := management.New(management.Config{BaseURL: base, APIToken: secret.New("the-token"), RequestTimeout: 2 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			wantUnknown(t, c.create(t, ports))
		})
	}
}
