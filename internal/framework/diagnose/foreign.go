package diagnose

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// foreign explains a response that is not from Auth0: what it looks like, what is known about the request, and what to
// check.
func (o Operation) foreign(e *tenant.Unavailable, response *tenant.ForeignResponse) string {
	var text strings.Builder
	text.WriteString("The response is not from Auth0, or not about this object: something between the provider and Auth0 responded, such as a gateway, a proxy or a login page.\n\n")
	fmt.Fprintf(&text, "  Status: %s\n", strings.TrimSpace(fmt.Sprintf("%d %s", response.Status, http.StatusText(response.Status))))
	fmt.Fprintf(&text, "  Content-Type: %s\n", cmp.Or(response.ContentType, "(none)"))
	fmt.Fprintf(&text, "  Server: %s\n", cmp.Or(response.Server, "(none)"))
	fmt.Fprintf(&text, "  Body: %s\n", cmp.Or(response.Excerpt, "(empty)"))
	if response.Reason != nil {
		fmt.Fprintf(&text, "  Reason: %s\n", response.Reason)
	}
	text.WriteString("\n")
	switch {
	case e.Undone:
		text.WriteString(o.undone())
	case e.Unsettled:
		text.WriteString(o.mayHaveHappened())
	default:
		text.WriteString("The request changed nothing, and the state keeps what it has.")
	}
	text.WriteString(" " + checkNetwork)
	if response.Status == http.StatusNotFound && response.Object && o.Type != "" {
		fmt.Fprintf(&text, " If the %s really does not exist any more, remove it from the state: `terraform state rm %s.NAME`, "+
			"or a `removed` block with `lifecycle { destroy = false }`.", o.Noun, o.Type)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&text, "\n\nRequest id: %s", e.RequestID)
	}
	return text.String()
}

func (o Operation) mayHaveHappened() string {
	return fmt.Sprintf("The tenant may have carried it out all the same. Plan again to see what it has of the %s %q before you apply.", o.Noun, o.Key)
}

func (o Operation) undone() string {
	return fmt.Sprintf("A read afterwards shows that the tenant did not carry it out: the %s %q still exists, and the state keeps it. Apply again.", o.Noun, o.Key)
}
