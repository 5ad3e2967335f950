package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// explain turns err into a detail, and into the attribute it is about where that is known.
func (o Operation) explain(err error) (where *path.Path, detail string) {
	var (
		notFound        *tenant.NotFound
		conflict        *tenant.Conflict
		invalid         *tenant.Invalid
		denied          *tenant.Denied
		throttled       *tenant.Throttled
		ambiguous       *tenant.Ambiguous
		unauthenticated *tenant.Unauthenticated
		notConfigured   *tenant.NotConfigured
		unavailable     *tenant.Unavailable
		differs         *tenant.Differs
		changed         *tenant.ScopesChanged
		contested       *tenant.Contested
	)
	if accepted := new(tenant.Unverified); errors.As(err, &accepted) {
		return nil, o.unverified(accepted)
	}
	switch {
	case errors.As(err, &notFound):
		return o.attribute(notFound.Code), o.notFound(notFound)
	case errors.As(err, &unauthenticated): // its cause can be an invalid argument of the provider
		return nil, credentials(unauthenticated)
	case errors.As(err, &conflict):
		return nil, o.conflict(conflict)
	case errors.As(err, &invalid):
		return o.invalid(invalid)
	case errors.As(err, &denied):
		return nil, denial(denied)
	case errors.As(err, &throttled):
		return nil, limited(throttled, time.Now())
	case errors.As(err, &ambiguous):
		return nil, o.ambiguous(ambiguous)
	case errors.As(err, &notConfigured):
		return nil, notConfigured.Cause.Error() + ". No request was sent."
	case errors.As(err, &unavailable):
		return nil, o.unavailable(unavailable)
	case errors.As(err, &differs):
		return o.attribute(differs.Fields...), withReply(differs.Reply, fmt.Sprintf(
			"Auth0 accepted the request but did not keep what was sent for %s. The state contains the values of the tenant; plan again to see the difference.",
			quoted(differs.Fields)))
	case errors.As(err, &changed):
		return o.attribute("scopes"), scopesChanged(changed)
	case errors.As(err, &contested):
		return nil, fmt.Sprintf("Another writer keeps changing the scopes of the API %q: the change of %s was undone, although it was "+
			"repeated several times. Apply again when the other run is done.", contested.Identifier, quoted(contested.Scopes))
	}
	if failed := new(panics.Error); errors.As(err, &failed) {
		return nil, fmt.Sprintf("Bug in the provider: it failed at %s. Please report it with the steps that lead to it.", failed.Place)
	}
	return nil, err.Error()
}

func scopesChanged(e *tenant.ScopesChanged) string {
	var text strings.Builder
	if len(e.Added) > 0 {
		fmt.Fprintf(&text, "Scopes were added to the API %q after this plan was created: %s. To keep them, add them to `scopes`. ", e.Identifier, quoted(e.Added))
	}
	if len(e.Altered) > 0 {
		fmt.Fprintf(&text, "Scopes of the API %q were removed, or got another description, after this plan was created: %s. ", e.Identifier, quoted(e.Altered))
	}
	return text.String() + "Nothing was changed. Plan again, with a refresh."
}

func (o Operation) invalid(e *tenant.Invalid) (where *path.Path, detail string) {
	if where = o.attribute(e.Field); where == nil {
		return nil, withReply(e.Reply, "Correct the value and apply again.")
	}
	return where, withReply(e.Reply, fmt.Sprintf("Correct `%s` and apply again.", where)) // Terraform shows no line for a nested attribute
}

// attribute returns the attribute that the first known of Auth0's fields comes from, or else the attribute of a field that
// contains it: those of `a.b[0].c` are `a.b[0]`, `a.b` and `a`. Auth0 nests some objects more deeply: `a.b.c` can be `a.c`.
func (o Operation) attribute(fields ...string) *path.Path {
	for _, field := range fields {
		for field != "" {
			if where, ok := o.Fields[field]; ok {
				return &where
			}
			if parts := strings.Split(field, "."); len(parts) == 3 {
				if where, ok := o.Fields[parts[0]+"."+parts[2]]; ok {
					return &where
				}
			}
			field = field[:max(0, strings.LastIndexAny(field, ".["))]
		}
	}
	return nil
}

func (o Operation) notFound(e *tenant.NotFound) string {
	if !o.wasInState() {
		again := ""
		if o.Verb == "create" {
			again = " If it existed when the plan was made, plan again."
		}
		return withReply(e.Reply, fmt.Sprintf("There is no %s %q in the tenant. Check this value, and the provider's `domain`.%s", e.Noun, e.Key, again))
	}
	return withReply(e.Reply, fmt.Sprintf("There is no %s %q in the tenant. It may have been deleted outside Terraform: plan again. "+
		"If the plan still contains it, check the provider's `domain`.", e.Noun, e.Key))
}

// wasInState reports whether the operation is about an object that was in the state: not a data source, which has no
// resource type, nor an object that is imported or created.
func (o Operation) wasInState() bool { return o.Type != "" && o.Verb != "import" && o.Verb != "create" }

func (o Operation) conflict(e *tenant.Conflict) string {
	next := fmt.Sprintf("The tenant already has %s %q. Existing objects are never imported implicitly.", indefinite(e.Noun), e.Key)
	if o.Type == "" {
		return withReply(e.Reply, next)
	}
	manage := "To manage"
	if o.Moves {
		manage = fmt.Sprintf("If another %s of this configuration had the same value before, for example because elements of a list for `count` moved, "+
			"apply again: that resource had not released it yet. Otherwise, to manage", o.Type)
	}
	return withReply(e.Reply, fmt.Sprintf("%s %s the existing one, add this block and plan again:\n\n%s\n\n"+
		"If this apply replaces it, remove `create_before_destroy` from the resource and from those that depend on it: the tenant cannot have both at once.",
		next, manage, ImportBlock(o.Type, e.Key)))
}

// indefinite returns a noun with its article.
func indefinite(noun string) string {
	if noun != "" && strings.Contains("AEIOaeio", noun[:1]) {
		return "an " + noun
	}
	return "a " + noun
}

func (o Operation) ambiguous(e *tenant.Ambiguous) string {
	var list strings.Builder
	for _, found := range e.Found {
		fmt.Fprintf(&list, "\n  - %s  %s", found.ID, found.Name)
	}
	if !e.Lost {
		return fmt.Sprintf("%d objects have the name %q. Use the ID of one of them:%s", len(e.Found), e.Key, list.String())
	}
	next := fmt.Sprintf("The response to the create was lost, and the tenant now has %s %q, which this run or another writer created. "+
		"It was not created a second time.%s", indefinite(e.Noun), e.Key, list.String())
	if o.Saved && len(e.Found) > 0 {
		next += o.replaceEntry(e.Found[0].ID)
	} else if o.Type != "" && len(e.Found) > 0 {
		next += "\n\nIf this run created it, import it. Otherwise delete it and apply again:\n\n" + ImportBlock(o.Type, e.Found[0].ID)
	}
	return withReply(e.Reply, next)
}

const checkNetwork = "Check that `domain` (AUTH0_DOMAIN) is right, and the network and proxy (HTTPS_PROXY, NO_PROXY) between here and the tenant."

func (o Operation) unavailable(e *tenant.Unavailable) string {
	if e.Repeat {
		return fmt.Sprintf("The tenant cannot be reached: %s. No request was sent for this object.", strings.TrimSuffix(Cause(e), "."))
	}
	if response := new(tenant.ForeignResponse); errors.As(e.Cause, &response) {
		return o.foreign(e, response)
	}
	next := checkNetwork
	if errors.Is(e.Cause, context.Canceled) {
		next = "The run was interrupted before the request was sent. Apply again."
	}
	if e.Status >= 500 {
		next = "The tenant failed to respond. Apply again; what was done so far is in the state."
	}
	switch {
	case e.Undone:
		next = o.undone()
	case e.Unsettled:
		next = o.mayHaveHappened()
	}
	if e.Cause != nil {
		next = e.Cause.Error() + "\n\n" + next
	}
	return withReply(e.Reply, next)
}

func (o Operation) unverified(e *tenant.Unverified) string {
	return fmt.Sprintf("Auth0 accepted the change of the %s %q. The read that verifies it failed: %s. Plan again: the refresh shows whether another writer undid the change.",
		o.Noun, o.Key, strings.TrimSuffix(Cause(e.Cause), "."))
}

// limited distinguishes a rate limit, which lasts seconds, from a quota per hour or day.
func limited(e *tenant.Throttled, now time.Time) string {
	if e.After > time.Minute && e.After <= 24*time.Hour {
		return withReply(e.Reply, fmt.Sprintf("A quota of the tenant is used up until %s, in %s. Apply again then.",
			now.Add(e.After).UTC().Format("15:04 UTC"), e.After.Round(time.Second)))
	}
	return withReply(e.Reply, "The tenant's rate limit left no room within `request_timeout`. Apply again later; "+
		"lower `max_concurrency` or `rate_limit_share` when several runs share the tenant, or raise `request_timeout`.")
}

func denial(e *tenant.Denied) string {
	switch {
	case e.Scope != "":
		return withReply(e.Reply, fmt.Sprintf("The provider's client lacks the Management API scope `%s`. Give it that scope in its client grant on the "+
			"Auth0 Management API (dashboard: Applications, APIs, Auth0 Management API, Machine to Machine Applications).", e.Scope))
	case e.Code == "too_many_entities":
		return withReply(e.Reply, "The tenant's subscription plan allows no more objects of this kind. Delete unused objects or change the subscription plan.")
	case e.Code == "feature_not_enabled" || e.Code == "insufficient_entitlement":
		return withReply(e.Reply, "The tenant's subscription plan does not include this feature.")
	}
	return withReply(e.Reply, "Auth0 does not permit it to the provider's client.")
}

func credentials(e *tenant.Unauthenticated) string {
	if e.Repeat {
		return fmt.Sprintf("The provider's credentials are rejected: %s. No request was sent for this object.", strings.TrimSuffix(Cause(e), "."))
	}
	if e.PreIssued {
		return withReply(e.Reply, "The API token is rejected. Check `api_token` (AUTH0_API_TOKEN): it may have expired, or belong to another tenant. "+
			"If it is left over from an earlier session, remove it: it takes precedence over `client_id` and `client_secret`.")
	}
	if e.Assertion {
		return withReply(e.Reply, assertionAdvice(e.Cause))
	}
	next := "The provider could not get a token for the Management API. Check AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET " +
		"(or AUTH0_CLIENT_ASSERTION_PRIVATE_KEY), that the client is a machine-to-machine application of this tenant, " +
		"and AUTH0_AUDIENCE if it is set."
	if e.Cause != nil {
		next = e.Cause.Error() + "\n\n" + next
	}
	return withReply(e.Reply, next)
}

// assertionAdvice states why a client assertion was not accepted, and how to provide one for each provider process.
func assertionAdvice(cause error) string {
	text := "The provider could not get a token for the Management API with the client assertion. Auth0 accepts an assertion once, and for at most five minutes. " +
		"Each provider process needs its own, and `terraform apply` and `terraform destroy` without a plan file start two. Use one of these ways:\n\n" +
		"  - sign an assertion for `terraform plan -out=FILE`, and another one for `terraform apply FILE`;\n" +
		"  - set `client_assertion` to the result of an ephemeral resource, which is opened in each process;\n" +
		"  - set `client_assertion_file` (AUTH0_CLIENT_ASSERTION_FILE) to a file that another program keeps up to date.\n\n" +
		"If the assertion is new, check AUTH0_DOMAIN and AUTH0_CLIENT_ID, that the public key is a credential of this client, and AUTH0_AUDIENCE if it is set."
	invalid := new(tenant.Invalid)
	switch {
	case errors.As(cause, &invalid):
		return fmt.Sprintf("`%s`: %s.\n\n%s", invalid.Field, invalid.Message, text)
	case cause != nil:
		return cause.Error() + ".\n\n" + text
	}
	return text
}

// Cause returns in one line why a request failed: why there was no response, or Auth0's message.
func Cause(err error) string {
	var failed interface {
		error
		Response() tenant.Reply
	}
	if !errors.As(err, &failed) {
		return oneLine(err.Error())
	}
	reply := failed.Response()
	var parts []string
	if cause := errors.Unwrap(failed); cause != nil {
		parts = append(parts, cause.Error())
	}
	if reply.Message != "" {
		parts = append(parts, reply.Message)
	}
	if reply.Code != "" {
		parts = append(parts, "("+reply.Code+")")
	}
	if reply.Status != 0 && reply.Code == "" {
		parts = append(parts, fmt.Sprintf("(status %d)", reply.Status))
	}
	if len(parts) == 0 {
		return "no response"
	}
	return oneLine(strings.Join(parts, " "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// withReply returns the next step with Auth0's message before it and the request ID after it. A message without a status is the
// provider's own, because no request was sent.
func withReply(reply tenant.Reply, next string) string {
	var text strings.Builder
	if reply.Message != "" {
		if reply.Status != 0 {
			text.WriteString("Auth0 answered: ")
		}
		text.WriteString(reply.Message)
		if reply.Code != "" {
			fmt.Fprintf(&text, " (%s)", reply.Code)
		}
		text.WriteString("\n\n")
	}
	text.WriteString(next)
	if reply.RequestID != "" {
		fmt.Fprintf(&text, "\n\nRequest id: %s", reply.RequestID)
	}
	return text.String()
}

// ImportBlock returns the import block for an existing object.
func ImportBlock(resourceType, id string) string {
	return fmt.Sprintf("import {\n  to = %s.NAME\n  id = %q\n}", resourceType, id)
}

func quoted(names []string) string {
	marked := make([]string, 0, len(names))
	for _, name := range names {
		marked = append(marked, "`"+name+"`")
	}
	return strings.Join(marked, ", ")
}
