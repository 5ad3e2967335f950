package api_test

import (
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAPI_createBeforeDestroy forces the replacement of an API that is created before the old one is deleted, which the tenant
// rejects: the error first says what ends that, and doing it restores the scope that the apply has deleted.
func TestAccAPI_createBeforeDestroy(t *testing.T) {
	n := acctest.New(t)
	w := n.Workspace(t)
	write := func(lifecycle string) {
		w.Write("main.tf", `
resource "timesheets_api" "test" {
  name       = "API"
  identifier = "`+n.Identifier()+`"
  lifecycle {
    `+lifecycle+`
  }
}

resource "timesheets_api_scope" "test" {
  identifier = timesheets_api.test.identifier
  value      = "batch:upload"
}
`)
	}
	write("create_before_destroy = true")
	w.Succeed("apply", "-auto-approve")
	printed, ok := w.Run("apply", "-auto-approve", "-replace=timesheets_api.test")
	want := acctest.Words("Unable to create API", "this apply has deleted what depends on it", "remove `create_before_destroy`", "apply again", "Otherwise", "import {")
	if ok || !want.MatchString(printed) {
		t.Errorf("the apply does not end with %q:\n%s", want, printed)
	}
	write("")
	if printed := w.Succeed("apply", "-auto-approve"); !strings.Contains(printed, "1 added, 0 changed, 0 destroyed") {
		t.Errorf("the next apply does not create the scope again:\n%s", printed)
	}
	w.ExpectEmptyPlan()
	w.Succeed("apply", "-auto-approve", "-replace=timesheets_api.test")
	w.Succeed("destroy", "-auto-approve")
}
