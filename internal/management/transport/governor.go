package transport

import (
	"context"
	"net/http"
	"strings"
	"time"

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
}

func newGovernor(next Doer, concurrency int, share float64) *governor {
	return &governor{
		next:           next,
		turns:          newTurns(concurrency),
		management:     newBuckets(share),
		authentication: newBuckets(share),
	}
}

func (g *governor) Do(r *http.Request) (*http.Response, error) {
	waiting, limits, kind := patience(r.Context()), g.limitsOf(r), r.Method+" "+pathTemplate(r.URL)
	pace := limits.of(kind)
	through, err := pace.wait(waiting)
	if err != nil {
		return nil, givenUp(waiting, r, pace)
	}
	if err := g.turn(waiting, pace); err != nil {
		pace.giveBack()
		return nil, givenUp(waiting, r, pace)
	}
	defer g.turns.leave()

	sent := time.Now()
	answer, err := g.next.Do(r)
	end := endingOf(sent, answer, err)
	if limits.arrive(kind, pace, through, end) {
		g.turns.halve(end.at)
	}
	return answer, err
}

// turn waits until fewer requests are on the wire than may be, and for the gate, which may have closed meanwhile.
func (g *governor) turn(waiting context.Context, pace *pace) error {
	if err := g.turns.wait(waiting); err != nil {
		return err
	}
	err := pace.gate(waiting)
	if err != nil {
		g.turns.leave()
	}
	return err
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
