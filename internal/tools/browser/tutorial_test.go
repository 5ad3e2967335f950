package browser_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

var scopes = [][2]string{
	{"batch:upload", "Upload timesheets in bulk"},
	{"read:timesheets", "Read timesheets"},
	{"create:timesheets", "Create timesheets"},
	{"delete:timesheets", "Delete timesheets"},
	{"approve:timesheets", "Approve timesheets"},
}

// follow clicks a link or a button and waits for the next page, which must show a message unless it is "".
func (b tab) follow(selector, text, message string) {
	b.t.Helper()
	element := b.MustElementR(selector, "^\\s*"+regexp.QuoteMeta(text)+"\\s*$")
	b.leave(func() { element.MustClick() }, message)
}

// leave performs a step that ends in another page.
func (b tab) leave(step func(), message string) {
	b.t.Helper()
	loaded := b.MustWaitNavigation()
	step()
	loaded()
	if problem, _, _ := b.Has("[role=alert]"); problem {
		b.t.Fatalf("the page reports: %s", b.MustElement("[role=alert]").MustText())
	}
	if message != "" {
		if got := b.MustElement("[role=status]").MustText(); got != message {
			b.t.Fatalf("the page reports %q, want %q", got, message)
		}
	}
	b.checkPage()
}

// checkPage expects that the page does not scroll sideways, and that everything that has the focus has a name.
func (b tab) checkPage() {
	b.t.Helper()
	if wide := b.MustEval(`() => document.documentElement.scrollWidth > innerWidth`).Bool(); wide {
		b.t.Errorf("%s scrolls sideways", b.MustInfo().URL)
	}
	tree, err := proto.AccessibilityGetFullAXTree{}.Call(b)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, node := range tree.Nodes {
		focusable := slices.ContainsFunc(node.Properties, func(p *proto.AccessibilityAXProperty) bool { return p.Name == "focusable" && p.Value.Value.Bool() })
		if focusable && !node.Ignored && (node.Name == nil || node.Name.Value.Str() == "") {
			b.t.Errorf("%s: a %s has no name", b.MustInfo().URL, node.Role.Value)
		}
	}
}

// expand shows the permissions of an application on the page of an API.
func (b tab) expand(application string) {
	b.t.Helper()
	element := b.MustElement(`a[aria-label="Permissions of ` + application + `"]`)
	b.leave(func() { element.MustClick() }, "")
}

// toggle uses the switch Authorized of an application.
func (b tab) toggle(application, message string) {
	b.t.Helper()
	element := b.MustElement(`[role=switch][aria-label="Authorized: ` + application + `"]`)
	b.leave(func() { element.MustClick() }, message)
}

// selectScopes selects exactly these permissions, and updates the grant.
func (b tab) selectScopes(values ...string) {
	b.t.Helper()
	for _, box := range b.MustElements("input[type=checkbox]") {
		if slices.Contains(values, box.MustProperty("value").Str()) != box.MustProperty("checked").Bool() {
			box.MustClick()
		}
	}
	b.follow("button", "Update", "The permissions of the application were updated.")
}

// createAPI uses the keyboard only.
func (b tab) createAPI() {
	b.t.Helper()
	b.MustElementR("summary", "Create API").MustFocus()
	b.Keyboard.MustType(input.Enter, input.Tab)
	b.MustInsertText("Timesheets API")
	b.Keyboard.MustType(input.Tab)
	b.MustInsertText("https://api.timesheets.example/v1")
	b.leave(func() { b.Keyboard.MustType(input.Enter) }, "The API was created, with a test application and its grant.")
}

// tutorial performs the steps of the tutorial on a tenant without APIs, and returns the client ID of the job.
func (b tab) tutorial() string {
	b.t.Helper()
	b.checkPage()
	b.createAPI()
	for _, scope := range append(slices.Clone(scopes), [2]string{"mistake", ""}) {
		b.MustElement("input[name=value]:not([type=hidden])").MustInput(scope[0])
		b.MustElement("input[name=description]").MustInput(scope[1])
		b.follow("button", "Add", "The permission was added.")
	}
	remove := b.MustElement(`button[aria-label="Remove mistake"]`)
	b.leave(func() { remove.MustClick() }, "The permission was removed.")

	b.follow("a", "Timesheets API (Test Application)", "")
	if text := b.MustElement("main").MustText(); strings.Contains(text, "client_secret\n") || !strings.Contains(text, "Not shown.") {
		b.t.Errorf("the page shows a secret: %s", text)
	}
	clientID := b.MustElement("main code").MustText()
	b.MustElement("input[name=name]").MustSelectAllText().MustInput("Nightly Import")
	b.follow("button", "Save", "The application was renamed.")
	b.follow("button", "Show secret", "The secret is shown below.")
	if secret := b.MustElement("#secret").MustText(); len(secret) != 64 || strings.Contains(b.MustInfo().URL, secret) {
		b.t.Errorf("the secret has %d characters, at %s", len(secret), b.MustInfo().URL)
	}

	b.follow("a", "Timesheets API", "")
	b.toggle("Nightly Import", "The application is no longer authorized.")
	b.toggle("Nightly Import", "The application is authorized. Select its permissions.")
	b.selectScopes("batch:upload")
	b.selectScopes(scopes[0][0], scopes[1][0], scopes[2][0], scopes[3][0], scopes[4][0])
	return clientID
}

// TestTutorial performs the tutorial in a browser, adopts its objects as the guide "Adopting a tenant" describes, and then
// changes the grant in the browser. The next plan shows exactly this drift, and the check of the job's token fails.
func TestTutorial(t *testing.T) {
	program := executable(t)
	binaries := t.TempDir()
	build(t, binaries, "terraform-provider-timesheets", ".")
	server := startTenant(t, build(t, binaries, "emulator", "./internal/cmd/emulator"))
	b := openTab(t, program, server.url)
	clientID := b.tutorial()

	w := openWorkspace(t, "adopt-existing", binaries, append(server.environment, "TF_VAR_client_id="+clientID))
	b.follow("a", "Requests", "")
	if plan := w.run(t, 2, "plan", "-detailed-exitcode", "-out=first"); !strings.Contains(plan, "Plan: 3 to import, 0 to add, 2 to change, 0 to destroy.") {
		t.Errorf("the plan is\n%s", plan)
	}
	imports, updates := 0, []string{}
	for _, change := range w.show(t, "first").ResourceChanges {
		if change.Change.Importing != nil {
			imports++
		}
		if slices.Equal(change.Change.Actions, []string{"update"}) {
			updates = append(updates, change.Address)
		}
	}
	if want := []string{"timesheets_client.import_job", "timesheets_client_grant.import_job"}; imports != 3 || !slices.Equal(updates, want) {
		t.Errorf("the plan imports %d objects and updates %v", imports, updates)
	}
	w.run(t, 0, "apply", "first")
	b.MustElementR("#requests td", "^Terraform$") // the log is live
	w.run(t, 0, "plan", "-detailed-exitcode")
	if got := w.show(t).check(); got != "pass" {
		t.Errorf("after the apply the check is %s", got)
	}
	b.pictures()

	b.widenGrant()
	w.run(t, 2, "plan", "-detailed-exitcode", "-out=drift")
	for _, change := range w.show(t, "drift").ResourceChanges {
		if got := change.Change; change.Address != "timesheets_client_grant.import_job" {
			if change.Address != "data.timesheets_access_check.import_job[0]" && !slices.Equal(got.Actions, []string{"no-op"}) {
				t.Errorf("the plan changes %s: %v", change.Address, got.Actions)
			}
		} else if !slices.Equal(got.Before["scopes"].([]any), []any{"batch:upload", "read:timesheets"}) || !slices.Equal(got.After["scopes"].([]any), []any{"batch:upload"}) {
			t.Errorf("the plan changes the grant from %v to %v", got.Before["scopes"], got.After["scopes"])
		}
	}
	w.run(t, 0, "plan", "-refresh-only", "-out=look")
	if got := w.show(t, "look").check(); got != "fail" {
		t.Errorf("after the change in the dashboard the check is %s", got)
	}
	w.run(t, 0, "apply", "drift")
	if got := w.show(t).check(); got != "pass" {
		t.Errorf("after the second apply the check is %s", got)
	}
}

// widenGrant selects another permission of the job.
func (b tab) widenGrant() {
	b.t.Helper()
	b.follow("a", "APIs", "")
	b.follow("a", "Timesheets API", "")
	b.expand("Timesheets Import Job")
	b.selectScopes("batch:upload", "read:timesheets")
}

// maxPicture is the size of a picture in bytes.
const maxPicture = 300_000

// pictures visits the pages at two widths in both color schemes, and writes pictures of some into the directory in
// BROWSER_PICTURES if it is set.
func (b tab) pictures() {
	b.t.Helper()
	b.follow("a", "APIs", "")
	b.follow("a", "Timesheets API", "")
	b.expand("Timesheets Import Job")
	api, _, _ := strings.Cut(strings.TrimPrefix(b.MustInfo().URL, b.address), "#")
	for _, scheme := range []string{"light", "dark"} {
		media := proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
		if err := media.Call(b); err != nil {
			b.t.Fatal(err)
		}
		for _, page := range []struct {
			path          string
			width, height int
			picture       string // its name, followed by the color scheme; "" for none
		}{
			{api, 1280, 900, "api"},
			{api, 390, 1280, "api-390"},
			{"/dashboard/access", 1280, 330, "access"},
			{"/dashboard/access", 390, 600, ""},
			{"/dashboard/log", 1280, 640, "requests"},
			{"/dashboard/log", 390, 600, ""},
			{"/", 1280, 600, ""},
			{"/", 390, 600, ""},
			{"/dashboard/applications", 1280, 600, ""},
			{"/dashboard/applications", 390, 600, ""},
		} {
			b.MustSetViewport(page.width, page.height, 1, false)
			b.leave(func() { b.MustNavigate(b.address + page.path) }, "")
			if folder := os.Getenv("BROWSER_PICTURES"); folder != "" && page.picture != "" {
				b.write(filepath.Join(folder, "dashboard-"+page.picture+"-"+scheme+".png"))
			}
		}
	}
	b.MustSetViewport(1280, 900, 1, false)
}

// write writes a picture of the page.
func (b tab) write(path string) {
	b.t.Helper()
	picture := b.MustScreenshot()
	if len(picture) > maxPicture {
		b.t.Errorf("%s has %d bytes", path, len(picture))
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
