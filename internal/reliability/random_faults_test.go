package reliability_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const (
	htmlPage  = "<html><head><title>Gateway</title></head><body>Please try again</body></html>"
	auth0Body = `{"statusCode":%[1]d,"error":%[2]q,"message":%[2]q}`
)

func refusal(status int) emulator.Fault {
	return emulator.Fault{Status: status, Body: fmt.Sprintf(auth0Body, status, http.StatusText(status)), ContentType: "application/json; charset=utf-8"}
}

func gateway(status int) emulator.Fault {
	return emulator.Fault{Status: status, Body: htmlPage, ContentType: "text/html"}
}

func later(f emulator.Fault) emulator.Fault {
	f.After = true
	return f
}

// randomFaults are the kinds of faults of single requests, by name.
func randomFaults(r *rand.Rand) map[string]emulator.Fault {
	limited := refusal(http.StatusTooManyRequests)
	limited.Headers = map[string]string{"Retry-After": "1", "X-Ratelimit-Limit": "10", "X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10)}
	expired := refusal(http.StatusUnauthorized)
	expired.Body = `{"statusCode":401,"error":"Unauthorized","message":"Expired token received for JSON Web Token validation","attributes":{"error":"Expired token received for JSON Web Token validation"}}`
	route := emulator.Fault{Status: http.StatusNotFound, Body: `{"message":"no Route matched with those values"}`, ContentType: "application/json"}
	success := emulator.Fault{Status: http.StatusOK, Body: `{"status":"ok"}`, ContentType: "application/json"}
	member := func() map[string]any {
		all := []string{"name", "description", "scopes", "scope", "client_metadata", "token_lifetime", "audience", "id", "client_id", "identifier", "grant_types", "signing_alg", "token_endpoint_auth_method"}
		return map[string]any{all[r.IntN(len(all))]: nil}
	}
	return map[string]emulator.Fault{
		"429 with a reset":                   limited,
		"429 without headers":                refusal(http.StatusTooManyRequests),
		"500 before the effect":              refusal(http.StatusInternalServerError),
		"500 after the effect":               later(refusal(http.StatusInternalServerError)),
		"502 of a gateway":                   gateway(http.StatusBadGateway),
		"503":                                refusal(http.StatusServiceUnavailable),
		"504 of a gateway, after the effect": later(gateway(http.StatusGatewayTimeout)),
		"403 of a gateway":                   gateway(http.StatusForbidden),
		"404 of a gateway":                   gateway(http.StatusNotFound),
		"404 without a code":                 refusal(http.StatusNotFound),
		"404 in JSON of a gateway":           route,
		"200 of a gateway":                   gateway(http.StatusOK),
		"200 of a gateway, after the effect": later(gateway(http.StatusOK)),
		"200 in JSON of a gateway":           success,
		"connection cut before the effect":   {Cut: emulator.CutBefore},
		"connection cut after the effect":    {Cut: emulator.CutAfter},
		"truncated JSON":                     {Truncate: 1 + r.IntN(60)},
		"empty body":                         {Body: "\n"},
		"JSON null":                          {Body: "null"},
		"401 for an expired token":           expired,
		"member dropped from the request":    {Request: member()},
		"member dropped from the response":   {Answer: member()},
		anotherObject:                        {},
		slowResponse:                         {},
		staleList:                            {},
	}
}

// Kinds of faults that need more than the emulator's.
const (
	anotherObject = "another object"
	slowResponse  = "response after the timeout"
	staleList     = "stale list" // set at the beginning of a run of Terraform, see stale
)

// Kinds of events that end a run of Terraform, or its provider.
const (
	interrupts      = "interrupt"
	killsBoth       = "kill of Terraform and the provider"
	killsTerraform  = "kill of Terraform"
	killsProvider   = "kill of the provider"
	randomTimeout   = "1s"
	longerThanLimit = 1200 * time.Millisecond
)

// injector is in front of the tenant and adds random faults to the requests of the provider.
type injector struct {
	testbed *testbed

	serving sync.Mutex // one request at a time, so that a fault meets its request

	mu       sync.Mutex
	active   bool
	seed     uint64
	rate     float64
	writes   bool           // only writes fail
	counts   map[string]int // of the requests, by method and path
	requests int
	spoiled  int
	tally    map[string]int // of all faults and events of all runs
	run      *run
	event    string
	at       int // number of the request of the event
	killed   bool
	foreign  map[string]string     // id of an object of another owner, by collection
	deletes  func(r *http.Request) // sees each DELETE before the tenant does
}

// begin starts to inject faults into one run of Terraform. The event, if any, comes with one of the first requests.
func (i *injector) begin(seed uint64, rate float64, writes bool, event string, at int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seed, i.rate, i.writes, i.event, i.at = seed, rate, writes, event, at
	i.counts, i.active, i.run, i.killed = map[string]int{}, true, nil, false
}

// end stops to inject faults and reports whether a process was killed.
func (i *injector) end() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.active = false
	i.testbed.Server.ClearFaults()
	return i.killed
}

func (i *injector) started(r *run) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.run = r
}

// ServeHTTP serves a request with or without a fault.
func (i *injector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.UserAgent(), behindUserAgent) {
		i.testbed.Server.ServeHTTP(w, r)
		return
	}
	kind, fault, event, target := i.next(r)
	if kind == slowResponse {
		select {
		case <-time.After(longerThanLimit):
		case <-r.Context().Done():
		}
	}
	i.serving.Lock()
	defer i.serving.Unlock()
	if r.Method == http.MethodDelete && i.deletes != nil {
		i.deletes(r)
	}
	if kind == anotherObject {
		fault.Body = i.another(r)
	}
	if kind != "" && kind != slowResponse {
		fault.Method, fault.Route, fault.Nth = r.Method, routeOf(r.URL.Path), 1
		if err := i.testbed.Server.Inject(fault); err != nil {
			i.testbed.t.Error(err)
		}
	}
	if event != "" {
		i.strike(w, r, event, target)
		return
	}
	i.testbed.Server.ServeHTTP(w, r)
}

// next chooses what happens to a request. The choice depends on the seed, the request and how often it was sent.
func (i *injector) next(r *http.Request) (kind string, fault emulator.Fault, event string, target *run) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.active {
		return "", fault, "", nil
	}
	i.requests++
	name := r.Method + " " + routeOf(r.URL.Path)
	i.counts[name]++
	total := 0
	for _, count := range i.counts {
		total += count
	}
	if i.event != "" && total >= i.at && i.run != nil {
		event, i.event = i.event, ""
		i.killed = i.killed || event != interrupts
		i.tally[event]++
		return "", fault, event, i.run
	}
	hash := fnv.New64a()
	_, _ = fmt.Fprintf(hash, "%s %d", name, i.counts[name])
	random := rand.New(rand.NewPCG(i.seed, hash.Sum64()))
	rate := i.rate
	switch {
	case r.URL.Path == tokens:
		rate /= 2
	case i.writes && r.Method == http.MethodGet:
		rate = 0
	}
	if random.Float64() >= rate {
		return "", fault, "", nil
	}
	all := randomFaults(random)
	kinds := slices.Sorted(maps.Keys(all))
	kind = kinds[random.IntN(len(kinds))]
	if kind == staleList || kind == slowResponse && random.IntN(3) > 0 {
		kind = "connection cut after the effect"
	}
	i.spoiled++
	i.tally[kind]++
	return kind, all[kind], "", nil
}

// stale arms stale lists for one run of Terraform: one list of each collection shows the tenant as it is now.
func (i *injector) stale(r *rand.Rand) {
	for _, route := range []string{apis, clients, grants} {
		if r.IntN(2) == 0 {
			i.testbed.inject(emulator.Fault{Method: "GET", Route: route, Nth: 1 + r.IntN(3), Stale: true})
		}
	}
}

// strike signals processes around a request: before its effect, after it and without a response, or after the response.
func (i *injector) strike(w http.ResponseWriter, r *http.Request, event string, target *run) {
	switch i.at % 3 {
	case 0:
		target.strike(event)
		i.testbed.Server.ServeHTTP(w, r)
	case 1:
		i.testbed.Server.ServeHTTP(httptest.NewRecorder(), r)
		target.strike(event)
		panic(http.ErrAbortHandler)
	default:
		i.testbed.Server.ServeHTTP(w, r)
		target.strike(event)
	}
}

// strike signals the processes of a run, which may have ended.
func (r *run) strike(event string) {
	group := r.cmd.Process.Pid
	switch event {
	case interrupts:
		_ = syscall.Kill(-group, syscall.SIGINT)
	case killsBoth:
		_ = syscall.Kill(-group, syscall.SIGKILL)
	case killsTerraform:
		_ = syscall.Kill(group, syscall.SIGKILL)
	case killsProvider:
		for pid, line := range processes(group) {
			if isProvider(line) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}

var objectPath = regexp.MustCompile(`^(/api/v2/(?:resource-servers|clients|client-grants)/)[^/]+`)

// routeOf is the route of a path.
func routeOf(path string) string {
	if _, after, ok := strings.Cut(path, "/credentials"); ok && after != "" {
		return clients + "/{client_id}/credentials/{credential_id}"
	} else if ok {
		return clients + "/{client_id}/credentials"
	}
	return objectPath.ReplaceAllString(path, "${1}{id}")
}

// another is the body of another object of the collection of a request.
func (i *injector) another(r *http.Request) string {
	collection := strings.TrimSuffix(routeOf(r.URL.Path), "/{id}")
	id, ok := i.foreign[collection]
	if !ok {
		return `{"id":"cred_another"}`
	}
	return i.testbed.ask(http.MethodGet, collection+"/"+id, nil).Body.String()
}
