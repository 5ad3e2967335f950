package transport

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// managementPath is where the Management API begins. It and the rest of the tenant are limited apart from each other.
const managementPath = "/api/v2/"

// governor keeps to the tenant's limits: so many requests at a time, none above the rate, none while a gate is closed.
type governor struct {
	next           Doer
	turns          *turns
	management     *buckets
	authentication *buckets
	meter          *Meter
}

func newGovernor(next Doer, concurrency int, share float64, meter *Meter) *governor {
	return &governor{
		next:           next,
		turns:          newTurns(concurrency),
		management:     newBuckets(share),
		authentication: newBuckets(share),
		meter:          meter,
	}
}

func (g *governor) Do(r *http.Request) (*http.Response, error) {
	waiting, limits, kind := patience(r.Context()), g.limitsOf(r), r.Method+" "+pathTemplate(r.URL)
	pace := limits.of(kind)
	through, err := g.admit(waiting, pace)
	if err != nil {
		return nil, givenUp(waiting, r, pace)
	}
	defer g.turns.leave()

	sent := time.Now()
	answer, err := g.next.Do(r)
	end := endingOf(sent, answer, err)
	g.meter.called(r, end)
	if shut := limits.arrive(kind, pace, through, end); shut > 0 {
		g.turns.halve(end.at)
		tflog.Info(r.Context(), "Auth0 rate limit reached", map[string]any{
			"method": r.Method, "path": pathTemplate(r.URL), "wait_seconds": shut.Round(100 * time.Millisecond).Seconds(),
		})
	}
	return answer, err
}

// admit waits until a request may be sent. Whoever is let in has a turn to give back.
func (g *governor) admit(waiting context.Context, pace *pace) (pass, error) {
	came := time.Now()
	defer func() { g.meter.waited(time.Since(came)) }()
	through, err := pace.wait(waiting)
	if err != nil {
		return pass{}, err
	}
	if err := g.turn(waiting, pace); err != nil {
		pace.giveBack()
		return pass{}, err
	}
	return through, nil
}

// turn waits until fewer requests are on the wire than may be. If the gate has closed meanwhile it waits for that
// without a turn: what closed it also made turns fewer.
func (g *governor) turn(waiting context.Context, pace *pace) error {
	for {
		if err := g.turns.wait(waiting); err != nil {
			return err
		}
		if time.Until(pace.opens()) <= 0 {
			return nil
		}
		g.turns.leave()
		if err := pace.gate(waiting); err != nil {
			return err
		}
	}
}

func (g *governor) limitsOf(r *http.Request) *buckets {
	if strings.HasPrefix(r.URL.EscapedPath(), managementPath) {
		return g.management
	}
	return g.authentication
}

// givenUp is the error of a request that was not sent because its turn did not come in time.
func givenUp(waiting context.Context, r *http.Request, pace *pace) *failure {
	operation := callOf(r.Context()).Operation
	if cancelled(waiting) || !pace.slows() {
		return ended(waiting, operation)
	}
	return &failure{unsent: true, final: true, waited: true, err: &tenant.Throttled{
		Reply: tenant.Reply{Operation: operation, Message: "there is no time left to wait for the rate limit"},
		After: max(0, time.Until(pace.opens())),
	}}
}
