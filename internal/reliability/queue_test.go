package reliability_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestScopeQueue makes each request of a batch of scopes fail in each way (the first read, the write, the verifying read),
// without and with another writer that overwrites the list meanwhile. A caller that gets no error must have its change, a
// caller that gets an error must have it after the next attempt, and the changes of others must remain.
func TestScopeQueue(t *testing.T) {
	acctest.EmulatorOnly(t, "no real tenant fails when asked to")
	ways := map[string]emulator.Fault{
		"cut before":     {Cut: emulator.CutBefore},
		"cut after":      {Cut: emulator.CutAfter},
		"429":            {Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"}},
		"500":            {Status: http.StatusInternalServerError},
		"500 after":      {Status: http.StatusInternalServerError, After: true},
		"503 and no end": {Status: http.StatusServiceUnavailable},
		"unreadable":     {Body: `{"id":`},
	}
	for step, at := range map[string]struct {
		method string
		nth    int
	}{"first look": {http.MethodGet, 1}, "write": {http.MethodPatch, 1}, "second look": {http.MethodGet, 2}} {
		for way, fault := range ways {
			for _, others := range []string{"alone", "with others"} {
				t.Run(strings.Join([]string{step, way, others}, ", "), func(t *testing.T) {
					t.Parallel()
					q := newQueue(t)
					fault := fault
					fault.Method, fault.Route, fault.Nth = at.method, anAPI, at.nth
					q.inject(fault)
					for more := 1; way == "503 and no end" && more < 4; more++ {
						fault.Nth = at.nth + more
						q.inject(fault)
					}
					if others == "with others" {
						q.when(http.MethodGet, apis, 2, func() {
							q.Server.ClearFaults() // what fails, fails for the provider alone
							q.overwrite("theirs", "theirs:new")
							if step == "second look" {
								fault.Nth = 1
								q.inject(fault)
							}
						})
						q.kept = append(q.kept, "theirs:new")
					}
					q.settle()
				})
			}
		}
	}
}

// queue writes the scopes of a shared API, as one provider process does.
type queue struct {
	*testbed
	ports tenant.Tenant
	kept  []string // scopes of others
}

func newQueue(t *testing.T) *queue {
	t.Helper()
	q := &queue{testbed: &testbed{t: t, front: newFront(t), others: map[string]bool{}}, kept: []string{"theirs"}}
	q.Tenant = acctest.New(t, func(o *emulator.Options) { o.URL = q.front.server.URL })
	q.front.behind(q.Server)
	q.dashboard("POST", apis, map[string]any{"name": "Shared", "identifier": shared, "scopes": []any{
		map[string]any{"value": "theirs"}, map[string]any{"value": "old"}, map[string]any{"value": "described"},
	}}, nil)
	base, err := management.BaseURL(q.Server.URL())
	if err != nil {
		t.Fatal(err)
	}
	below, err := management.New(management.Config{BaseURL: base, APIToken: secret.New(q.Server.Token()), UserAgent: "queue", RequestTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	q.ports = coalesce.New(below)
	return q
}

// wanted are the changes of four callers at once.
var wanted = []tenant.ScopeChange{
	{Scope: tenant.Scope{Value: "a", Description: "A"}, New: true},
	{Scope: tenant.Scope{Value: "b"}, New: true},
	{Scope: tenant.Scope{Value: "described", Description: "by us"}},
	{Scope: tenant.Scope{Value: "old"}, Remove: true},
}

// settle sends the changes, sends again what failed, and looks at what is there each time.
func (q *queue) settle() {
	q.t.Helper()
	q.judge(q.send(wanted))
	q.Server.ClearFaults()
	q.front.leave()
	failed := q.judge(q.send(wanted))
	for _, err := range failed {
		q.t.Errorf("it fails without a fault: %v", err)
	}
	there := q.there()
	for _, value := range q.kept {
		if _, ok := there[value]; !ok {
			q.t.Errorf("%s of another writer was removed", value)
		}
	}
	if want := len(q.kept) + 3; len(there) != want {
		q.t.Errorf("there are %v", there)
	}
}

// send makes all changes at once and returns the error of each.
func (q *queue) send(changes []tenant.ScopeChange) []error {
	answers := make([]error, len(changes))
	var together sync.WaitGroup
	for i, change := range changes {
		together.Go(func() {
			_, answers[i] = q.ports.Scopes.Change(q.t.Context(), tenant.APIKey{Identifier: shared}, change)
		})
	}
	together.Wait()
	return answers
}

// judge compares the results of callers with the tenant, and returns the failed changes. An existing scope with the wanted
// values is not a failure, because the response to its creation was lost.
func (q *queue) judge(answers []error) (failed []error) {
	q.t.Helper()
	there := q.there()
	for i, err := range answers {
		change := wanted[i]
		description, exists := there[change.Value]
		done := exists == !change.Remove && (change.Remove || description == change.Description)
		var conflict *tenant.Conflict
		switch {
		case err == nil && !done:
			q.t.Errorf("%s: reported success, and the scopes are %v", change.Value, there)
		case err != nil && !(errors.As(err, &conflict) && done):
			failed = append(failed, fmt.Errorf("%s: %w", change.Value, err))
		}
	}
	return failed
}

// there returns the scopes in the tenant with their descriptions.
func (q *queue) there() map[string]string {
	q.t.Helper()
	var api struct {
		Scopes []struct{ Value, Description string }
	}
	q.dashboard("GET", apis+"/"+q.sharedID(), nil, &api)
	found := map[string]string{}
	for _, scope := range api.Scopes {
		found[scope.Value] = scope.Description
	}
	return found
}
