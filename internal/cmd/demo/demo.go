package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

// demo is one run of the demo.
type demo struct {
	stage
	screen screen
	tamper bool

	steps      []step
	unexpected []string // unexpected results
	client     string   // the job's client ID
}

// step is a finished step and its requests.
type step struct {
	name string
	cost tally.Calls
}

// changes contains the number of objects that a step adds, changes and removes.
type changes struct{ add, change, remove int }

const planFile = "the.tfplan"

// pending is the exit code of a plan that is not empty, with -detailed-exitcode.
const pending = 2

// run runs the steps in order. It collects unexpected results, and returns them as an error at the end.
func (d *demo) run(ctx context.Context) error {
	for _, play := range []func(context.Context) error{d.plan, d.apply, d.prove, d.widen, d.planAgain, d.reject, d.revert, d.destroy} {
		if err := play(ctx); err != nil {
			return err
		}
	}
	d.screen.table(d.steps)
	if len(d.unexpected) > 0 {
		return errors.New(strings.Join(d.unexpected, "\n      "))
	}
	d.screen.heading("All steps sent the expected requests: 3 to create, 3 for the second plan, 4 to revert drift, 3 to destroy and 3 for the refresh before it.")
	return nil
}

func (d *demo) plan(ctx context.Context) error {
	d.screen.heading("Plan")
	err := d.terraform(ctx, changes{add: 3}, "plan", "-out="+planFile, "-input=false")
	d.finish("plan", tally.Calls{})
	return err
}

func (d *demo) apply(ctx context.Context) error {
	d.screen.heading("Apply")
	err := d.terraform(ctx, changes{add: 3}, "apply", "-input=false", planFile)
	d.finish("apply", tally.Calls{Creates: 3, Checks: 1})
	return err
}

func (d *demo) prove(ctx context.Context) error {
	d.screen.heading("Access check: a token, requested as the job would")
	output, err := d.json(ctx, "output", "-json")
	if err != nil {
		return err
	}
	var outputs struct {
		Client struct{ Value string } `json:"client_id"`
		Proof  struct{ Value proof }  `json:"proof"`
	}
	if err := json.Unmarshal(output, &outputs); err != nil {
		return fmt.Errorf("read the outputs: %w", err)
	}
	d.client = outputs.Client.Value
	d.screen.line("%s", outputs.Proof.Value)
	d.unexpected = append(d.unexpected, outputs.Proof.Value.differs()...)
	return nil
}

func (d *demo) widen(ctx context.Context) error {
	if !d.tamper {
		return nil
	}
	d.screen.heading("Behind Terraform's back")
	added, err := widenGrant(ctx, d.server, d.client)
	d.screen.line("a user of the dashboard also grants %s", added)
	d.server.ResetJournal()
	return err
}

func (d *demo) planAgain(ctx context.Context) error {
	d.screen.heading("Second plan")
	before := len(d.unexpected)
	if err := d.terraform(ctx, changes{}, "plan", "-out="+planFile, "-input=false", "-detailed-exitcode"); err != nil {
		return err
	}
	if len(d.unexpected) == before {
		d.screen.line("No changes: the tenant is what the configuration says.")
	}
	d.finish("second plan", tally.Calls{Reads: 3, Checks: d.evaluations()})
	if err := d.look(ctx); err != nil {
		return err
	}
	plan, err := d.json(ctx, "show", "-json", planFile)
	if err != nil {
		return err
	}
	failed, err := failedChecks(plan)
	d.unexpected = append(d.unexpected, failed...)
	return err
}

// look plans again with -refresh-only. A normal plan defers the check until the grant is corrected. This plan changes nothing,
// so that the check verifies the tenant as it is.
func (d *demo) look(ctx context.Context) error {
	if !d.tamper {
		return nil
	}
	d.screen.heading("A plan that only looks")
	err := d.terraform(ctx, changes{}, "plan", "-refresh-only", "-out="+planFile, "-input=false")
	d.finish("look", tally.Calls{Reads: 3, Checks: 1})
	return err
}

// reject plans a misspelled scope, and prints the error as a user sees it.
func (d *demo) reject(ctx context.Context) error {
	if d.tamper {
		return nil
	}
	d.screen.heading("A misspelled scope: the plan is rejected")
	output, err := d.workspace.Run(ctx, "plan", "-no-color", "-input=false", `-var=job_scopes=["batch:uplaod"]`)
	if err != nil {
		return err
	}
	_, message, found := strings.Cut(string(output.Stderr), "Error: ")
	if output.Code != 1 || !found || !strings.Contains(message, `Did you mean "batch:upload"?`) {
		d.unexpected = append(d.unexpected, fmt.Sprintf("the plan with a misspelled scope ends with code %d: %s", output.Code, output.Stderr))
	}
	d.screen.block("Error: " + message)
	d.finish("rejected plan", tally.Calls{Reads: 3})
	return nil
}

// revert changes the grant outside Terraform, and applies the configuration again.
func (d *demo) revert(ctx context.Context) error {
	if d.tamper {
		return nil
	}
	d.screen.heading("Drift: the apply reverts a change made in the dashboard")
	added, err := widenGrant(ctx, d.server, d.client)
	if err != nil {
		return err
	}
	d.screen.line("a user of the dashboard also grants %s", added)
	d.server.ResetJournal()
	err = d.terraform(ctx, changes{change: 1}, "apply", "-auto-approve", "-input=false")
	d.finish("drift", tally.Calls{Reads: 3, Updates: 1, Checks: 1})
	return err
}

func (d *demo) destroy(ctx context.Context) error {
	d.screen.heading("Destroy")
	err := d.terraform(ctx, changes{remove: 3}, "destroy", "-auto-approve", "-input=false")
	d.finish("destroy", tally.Calls{Reads: 3, Deletes: 3, Checks: d.evaluations()})
	return err
}

// evaluations returns how often a plan evaluates the access check. Terraform defers it if the plan changes the grant.
func (d *demo) evaluations() int {
	if d.tamper {
		return 0
	}
	return 1
}

// terraform runs one command, prints its output, and compares the announced changes with the expected ones.
func (d *demo) terraform(ctx context.Context, want changes, command string, args ...string) error {
	output, err := d.workspace.Run(ctx, append([]string{command, "-json"}, args...)...)
	if err != nil {
		return err
	}
	events, err := output.Events()
	if err != nil {
		return errors.Join(err, output.Failure())
	}
	d.screen.events(command, events)
	if output.Code != 0 && output.Code != pending {
		return fmt.Errorf("terraform %s failed: %w", command, output.Failure())
	}
	got := announced(events)
	if got != want {
		d.unexpected = append(d.unexpected, fmt.Sprintf("terraform %s: %s, expected %s", command, got, want))
	}
	if got == want && output.Code == pending {
		d.unexpected = append(d.unexpected, "the plan changes outputs")
	}
	return nil
}

// announced returns the numbers of the last summary. A destroy prints its plan first, and then its result.
func announced(events []cli.Event) changes {
	var last changes
	for _, event := range events {
		if c := event.Changes; c != nil {
			last = changes{add: c.Add, change: c.Change, remove: c.Remove}
		}
	}
	return last
}

func (c changes) String() string {
	return fmt.Sprintf("%d to add, %d to change, %d to destroy", c.add, c.change, c.remove)
}

// json runs a command that only reads, and returns its output.
func (d *demo) json(ctx context.Context, args ...string) ([]byte, error) {
	output, err := d.workspace.Run(ctx, args...)
	if err == nil && output.Code != 0 {
		err = fmt.Errorf("terraform %s failed: %w", args[0], output.Failure())
	}
	return output.Stdout, err
}

// finish records the requests of a step, and a difference from the expected ones.
func (d *demo) finish(name string, want tally.Calls) {
	got := tally.Count(d.server.Journal(), d.server.Terraform().ClientID)
	d.server.ResetJournal()
	d.steps = append(d.steps, step{name, got})
	want.JobTokens, want.KeySets = want.Checks, want.Checks // each check requests both once
	want.Tokens = got.Tokens                                // one for each process that sends requests
	if got != want {
		d.unexpected = append(d.unexpected, fmt.Sprintf("the requests of the step %s: %+v, expected %+v", name, got, want))
	}
}
