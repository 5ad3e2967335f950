package convergence_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// session is a working directory of Terraform: a state, and the tenant it is about.
type session struct {
	tenant *acctest.Tenant
	state  map[string]*core.Instance
}

// options are those of a command.
type options struct {
	replace     []string
	parallelism int
	random      *rand.Rand
	old         bool // the plan was made an hour before its apply
}

// outcome is what a plan or an apply reports.
type outcome struct {
	mu       sync.Mutex
	errors   []problem
	warnings []problem
	broken   error // the provider breaks a rule of the protocol, which Terraform reports as a bug
}

// problem is an error or a warning, and the address of its resource.
type problem struct{ address, summary, detail string }

func (o *outcome) note(address string, found core.Diagnostics, err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range found {
		one := problem{address, d.Summary, d.Detail}
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			o.errors = append(o.errors, one)
		} else {
			o.warnings = append(o.warnings, one)
		}
	}
	if err != nil {
		o.broken = fmt.Errorf("%s: %w", address, err)
	}
	return err == nil && !found.Failed()
}

// start starts a provider process, as Terraform does for a plan and again for an apply.
func (s *session) start(ctx context.Context) (*core.Process, error) {
	p, err := core.Start(ctx, s.tenant.Providers()["timesheets"])
	if err != nil {
		return nil, err
	}
	found, err := p.Configure(ctx)
	if found.Failed() {
		err = errors.New(found[0].Detail)
	}
	return p, err
}

// plan is the result of a plan.
type plan struct {
	outcome
	config    configuration
	refreshed map[string]*core.Instance
	changes   map[string]core.Change
}

// plan refreshes and plans a configuration.
func (s *session) plan(ctx context.Context, config configuration, o options) (*plan, error) {
	p, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	made := &plan{config: config, refreshed: map[string]*core.Instance{}, changes: map[string]core.Change{}}
	nodes := map[string]node{}
	for address := range config {
		nodes[address] = node{config[address].references(), func() bool { return s.planNode(ctx, p, made, address, slices.Contains(o.replace, address)) }}
	}
	for address := range s.state {
		if _, configured := config[address]; !configured {
			nodes[address] = node{run: func() bool { return s.planNode(ctx, p, made, address, false) }} // in no order, as the CLI does
		}
	}
	walk(nodes, o.parallelism, o.random)
	return made, nil
}

func (s *session) planNode(ctx context.Context, p *core.Process, made *plan, address string, force bool) bool {
	current := s.state[address]
	if current != nil {
		read, found, err := p.Read(ctx, kindOf(address), current)
		if !made.note(address, found, err) {
			return false
		}
		current = read
	}
	r, configured := made.config[address]
	if current == nil && !configured {
		return true
	}
	var (
		c     core.Change
		found core.Diagnostics
		err   error
	)
	if configured {
		made.mu.Lock()
		block := r.evaluate(p, func(to reference) tftypes.Value { return core.Members(made.changes[to.address].Planned)[to.attribute] })
		made.mu.Unlock()
		c, found, err = p.Plan(ctx, block, current, force)
	} else {
		c, found, err = p.PlanDelete(ctx, kindOf(address), current)
	}
	ok := made.note(address, found, err)
	made.mu.Lock()
	defer made.mu.Unlock()
	if current != nil {
		made.refreshed[address] = current
	}
	if ok {
		made.changes[address] = c
	}
	return ok
}

// evaluate returns the block with the values of its references.
func (r resource) evaluate(p *core.Process, resolve lookup) core.Resource {
	typeName, values := kindOf(r.address), map[string]any{}
	maps.Copy(values, r.values)
	return core.Resource{Type: typeName, Config: encode(p.Schemas.ResourceSchemas[typeName].ValueType(), values, resolve), Ignore: r.ignore}
}

// apply applies a plan.
func (s *session) apply(ctx context.Context, made *plan, o options) (*outcome, error) {
	p, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	a := &application{session: s, process: p, plan: made, outcome: &outcome{}}
	s.state = maps.Clone(made.refreshed)
	nodes := map[string]node{}
	destroy := func(address string) string { return "destroy " + address }
	for address, c := range made.changes {
		if o.old {
			if c, err = c.Aged(time.Hour); err != nil {
				return nil, err
			}
		}
		if c.Action == core.Delete || c.Action == core.Replace {
			nodes[destroy(address)] = node{run: func() bool { return a.destroy(ctx, address, c) }}
		}
		if c.Action != core.Delete {
			nodes[address] = node{append(made.config[address].references(), destroy(address)), func() bool { return a.write(ctx, address, c) }}
		}
	}
	for address, c := range made.changes {
		if _, destroyed := nodes[destroy(address)]; !destroyed {
			continue
		}
		for _, dependency := range c.Prior.Dependencies {
			for _, name := range []string{destroy(dependency), dependency} {
				if found, ok := nodes[name]; ok && made.changes[dependency].Action != core.Noop {
					found.after = append(found.after, destroy(address))
					nodes[name] = found
				}
			}
		}
	}
	walk(nodes, o.parallelism, o.random)
	return a.outcome, nil
}

// application is an apply while it runs.
type application struct {
	*session
	*plan
	process *core.Process
	outcome *outcome
}

// get returns an object of the state. Results are stored while other nodes run.
func (a *application) get(address string) *core.Instance {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state[address]
}

func (a *application) set(address string, current *core.Instance) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if current == nil {
		delete(a.state, address)
		return
	}
	a.state[address] = current
}

func (a *application) destroy(ctx context.Context, address string, c core.Change) bool {
	left, found, err := a.process.Destroy(ctx, c)
	a.set(address, left)
	return a.outcome.note(address, found, err)
}

func (a *application) write(ctx context.Context, address string, c core.Change) bool {
	block := a.config[address].evaluate(a.process, func(to reference) tftypes.Value { return core.Members(a.get(to.address).State)[to.attribute] })
	made, found, err := a.process.Apply(ctx, c, block)
	if made != nil && made != c.Prior {
		made.Dependencies = a.config.dependencies(address)
	}
	a.set(address, made)
	return a.outcome.note(address, found, err)
}

// node is a step of a walk of Terraform through its graph.
type node struct {
	after []string    // nodes that must have ended, if there are such
	run   func() bool // reports success
}

// walk runs the nodes in a random order that respects their dependencies, several at the same time. A node whose
// dependency failed is not run.
func walk(nodes map[string]node, parallelism int, random *rand.Rand) {
	type end struct {
		name string
		ok   bool
	}
	waiting, failed, ended := slices.Sorted(maps.Keys(nodes)), map[string]bool{}, make(chan end)
	pending := map[string]bool{} // not ended
	for _, name := range waiting {
		pending[name] = true
	}
	for running := 0; ; {
		var ready []string
		for _, name := range slices.Clone(waiting) {
			after := nodes[name].after
			if slices.ContainsFunc(after, func(other string) bool { return failed[other] }) {
				failed[name], pending[name] = true, false
				waiting = slices.DeleteFunc(waiting, func(other string) bool { return other == name })
			} else if !slices.ContainsFunc(after, func(other string) bool { return pending[other] }) {
				ready = append(ready, name)
			}
		}
		for ; running < parallelism && len(ready) > 0; running++ {
			at := random.IntN(len(ready))
			name := ready[at]
			ready = slices.Delete(ready, at, at+1)
			waiting = slices.DeleteFunc(waiting, func(other string) bool { return other == name })
			go func() { ended <- end{name, nodes[name].run()} }()
		}
		if running == 0 && !slices.ContainsFunc(waiting, func(name string) bool {
			return slices.ContainsFunc(nodes[name].after, func(other string) bool { return failed[other] })
		}) {
			return
		}
		if running > 0 {
			one := <-ended
			running--
			pending[one.name], failed[one.name] = false, !one.ok
		}
	}
}
