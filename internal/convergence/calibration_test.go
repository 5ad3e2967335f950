package convergence_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// TestCalibration runs scripts with these tests and with the Terraform CLI, as many as TIMESHEETS_CALIBRATION says. Both must
// reject the same plans, plan the same actions, and leave the same tenant.
func TestCalibration(t *testing.T) {
	acctest.EmulatorOnly(t, "changes whatever is in the tenant")
	scripts, err := strconv.Atoi(os.Getenv("TIMESHEETS_CALIBRATION"))
	if err != nil {
		t.Skip("TIMESHEETS_CALIBRATION is not set")
	}
	drawn := rapid.Custom(func(t *rapid.T) script { return drawScript(t, 3) })
	for seed := range scripts {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := drawn.Example(seed)
			ours, theirs := &session{acctest.New(t), map[string]*core.Instance{}}, &session{acctest.New(t), map[string]*core.Instance{}}
			workspace := theirs.tenant.Workspace(t)
			for i, step := range s {
				more, err := calibrate(t, step, ours, theirs, workspace)
				if err != nil {
					t.Fatalf("step %d: %v\n%s", i, err, s)
				}
				if !more {
					t.Logf("step %d of %d: the apply fails, or the plan depends on the order", i, len(s))
					return
				}
			}
		})
	}
}

var errorLine = regexp.MustCompile(`(?m)^(?:│ )?Error: (.*)$`)

func errorsOf(printed string) []string {
	var found []string
	for _, match := range errorLine.FindAllStringSubmatch(printed, -1) {
		found = append(found, strings.TrimSpace(match[1]))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// calibrate runs one step in both ways. It reports whether the next step can be compared, too.
func calibrate(t *testing.T, step step, ours, theirs *session, workspace *acctest.Workspace) (bool, error) {
	t.Helper()
	ctx, o := t.Context(), step.options()
	theirs.state = shown(t, workspace)
	if err := theirs.prepare(ctx, step); err != nil {
		return false, err
	}
	if err := ours.prepare(ctx, step); err != nil {
		return false, err
	}
	arguments := []string{"-out=plan", fmt.Sprint("-parallelism=", step.parallelism)}
	for _, address := range step.taint {
		if theirs.state[address] != nil {
			workspace.Run("taint", address) // fails if it is tainted already
		}
	}
	for _, address := range step.replace {
		arguments = append(arguments, "-replace="+address)
	}
	workspace.Write("main.tf", step.config.String())
	made, err := ours.plan(ctx, step.config, o)
	if err != nil || made.broken != nil {
		return false, fmt.Errorf("%w %w", err, made.broken)
	}
	printed, _ := workspace.Run("plan", arguments...)
	var summaries []string
	for _, one := range made.errors {
		summaries = append(summaries, one.summary)
	}
	slices.Sort(summaries)
	got := errorsOf(printed)
	if (got == nil) != (summaries == nil) {
		return false, fmt.Errorf("the CLI reports %q, the protocol %q\n%s", got, summaries, printed)
	}
	if summaries = slices.Compact(summaries); !slices.Equal(got, summaries) { // neither plans what depends on the resource that is rejected
		t.Logf("the CLI reports %q, the protocol %q", got, summaries)
	}
	if made.errors != nil {
		return true, nil
	}
	if made.unordered() {
		return false, nil
	}
	if got, want := plannedActions(t, workspace), made.actions(); !maps.Equal(got, want) {
		return false, fmt.Errorf("the CLI plans %v, the protocol %v", got, want)
	}
	applied, err := ours.apply(ctx, made, o)
	if err != nil || applied.broken != nil {
		return false, fmt.Errorf("%w %w", err, applied.broken)
	}
	if _, ok := workspace.Run("apply", fmt.Sprint("-parallelism=", step.parallelism), "plan"); !ok || applied.errors != nil {
		return false, nil
	}
	left, want := theirs.contents(t), ours.contents(t)
	if !reflect.DeepEqual(left, want) {
		return false, fmt.Errorf("the CLI leaves %v, the protocol %v", left, want)
	}
	return true, nil
}

// shown returns the state of the CLI, as far as a drift needs it.
func shown(t *testing.T, workspace *acctest.Workspace) map[string]*core.Instance {
	t.Helper()
	var content struct {
		Values struct {
			Root struct {
				Resources []struct {
					Address string
					Values  object
				}
			} `json:"root_module"`
		}
	}
	decode(t, workspace.Succeed("show", "-json"), &content)
	found := map[string]*core.Instance{}
	for _, one := range content.Values.Root.Resources {
		kinds, ids := map[string]tftypes.Type{}, map[string]tftypes.Value{}
		for _, name := range []string{"id", "api_id"} {
			kinds[name], ids[name] = tftypes.String, tftypes.NewValue(tftypes.String, one.Values[name])
		}
		found[one.Address] = &core.Instance{State: tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, ids)}
	}
	return found
}

func decode(t *testing.T, printed string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(printed), into); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
}

func plannedActions(t *testing.T, workspace *acctest.Workspace) map[string]core.Action {
	t.Helper()
	var content struct {
		Changes []struct {
			Address string
			Change  struct{ Actions []core.Action }
		} `json:"resource_changes"`
	}
	decode(t, workspace.Succeed("show", "-json", "plan"), &content)
	found := map[string]core.Action{}
	for _, one := range content.Changes {
		if found[one.Address] = one.Change.Actions[0]; len(one.Change.Actions) > 1 {
			found[one.Address] = core.Replace
		}
	}
	return found
}

func (p *plan) actions() map[string]core.Action {
	found := map[string]core.Action{}
	for address, c := range p.changes {
		found[address] = c.Action
	}
	return found
}

// contents describes the tenant without the ids that it chose.
func (s *session) contents(t *testing.T) []string {
	t.Helper()
	all, err := observe(t.Context(), s.tenant.Ports)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, api := range all.apis {
		if slices.Contains(identifiers, api.Identifier) {
			values := []string{}
			for _, scope := range api.Scopes {
				values = append(values, scope.Value)
			}
			slices.Sort(values)
			found = append(found, fmt.Sprint("API ", api.Identifier, api.Name, api.TokenLifetime, api.SubjectTypeAuthorization, api.AllowOfflineAccess, values))
		}
	}
	for _, client := range all.clients {
		found = append(found, fmt.Sprint("client ", client.Name, client.Description, client.OrganizationUsage))
	}
	for _, grant := range all.grants {
		if slices.Contains(identifiers, grant.Audience) {
			found = append(found, fmt.Sprint("grant ", all.clients[grant.ClientID].Name, grant.Audience, grant.Scopes, grant.AllowAllScopes, grant.OrganizationUsage))
		}
	}
	slices.Sort(found)
	return found
}

// tally counts what scripts did, so that a test can show that it tries what it is about.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) add(events ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	for _, event := range events {
		t.counts[event]++
	}
}

// String lists the counts.
func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var text strings.Builder
	for _, event := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Fprintf(&text, "%6d %s\n", t.counts[event], event)
	}
	return text.String()
}

// count counts a plan and its apply, which is nil if the plan was rejected.
func (t *tally) count(made *plan, applied *outcome) {
	t.add("plans")
	for _, c := range made.changes {
		t.add(fmt.Sprintf("change: %s %s", c.Action, c.Type))
	}
	for _, one := range made.errors {
		t.add("plan error: " + one.summary)
	}
	if applied == nil {
		return
	}
	t.add("applies")
	if applied.errors != nil {
		t.add("applies that fail")
	}
	for _, one := range applied.errors {
		t.add("apply error: " + one.address[:strings.Index(one.address, ".")] + ": " + one.summary + ": " + strings.SplitN(one.detail, "\n", 2)[0])
	}
}
