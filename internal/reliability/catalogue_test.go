package reliability_test

// fault is a row of the catalogue. Its number is its place, counted from 1.
type fault struct{ what, happens string }

// catalogue is every fault that the provider is prepared for.
var catalogue = []fault{
	// Network, time, transport.
	{"The connection is lost while a client is created", "Names of clients are not unique. The provider looks for a client of that name. If there is none, it creates the client once more; otherwise it stops and prints each ID, `terraform state rm` and the import block. If the lookup fails or is canceled, the state keeps an entry without an ID, and the next plan looks again. A client is never created twice or imported implicitly."},
	{"The connection is lost while an API is created", "The provider looks up the identifier. It accepts an existing API only if it equals everything that was sent. A signing secret cannot be compared, so the provider then stops and prints the import block."},
	{"The connection is lost while a client grant is created", "As for an API, by client, audience and subject type."},
	{"The connection is lost during an update", "The request is repeated, because its values are absolute. A list of scopes is not absolute: single scopes are read and merged again, and a change of the whole list asks for a new plan."},
	{"The connection is lost during a deletion", "The request is repeated. An object that does not exist is deleted."},
	{"An idle connection is dead", "A read is repeated; a create is looked up first, as after every lost connection."},
	{"The tenant is slow", "`request_timeout` limits each operation including its retries. A create that timed out is looked up."},
	{"A response stalls or is endless", "The provider reads at most 8 MiB, within the timeout of the attempt."},
	{"Connection refused, unknown host, no route", "Four attempts, because nothing was sent. Every error contains the cause; the first one also names domain and proxy."},
	{"TLS cannot be verified: unknown authority, other name, old version", "One attempt. The error names the failed check, and no setting skips it."},
	{"A proxy is required, or rejects the request", "`HTTPS_PROXY` and `NO_PROXY` are used. The error contains the proxy's response, never its password."},
	{"The tenant responds with a redirect", "Rejected. The other host receives no request."},
	{"The clock is wrong", "Each attempt signs a new assertion. A rejection reports the difference to the tenant's clock."},
	// Limits and server errors.
	{"429 with a reset time", "All requests of the process wait until then. A 429 had no effect, so creates are repeated, too."},
	{"429 without a time, or with one in the past, years ahead or as a date", "Bounded, growing waits. When `request_timeout` is exhausted, the error explains how to use less of the limit."},
	{"429 from the token endpoint", "The provider waits if the time is short. A quota of hours ends the run at once, with the time of its renewal."},
	{"500, 502, 503, 504, 520 to 524", "Reads, updates and deletions are repeated; a create is looked up first."},
	{"An HTML page instead of JSON, or an empty body", "The error shows status, content type and the beginning of the body. A response that is not Auth0's removes nothing from the state."},
	{"JSON that is truncated, followed by other data, of other types, or null", "An error. After a write it counts as a lost response, and no object is removed from the state."},
	{"The object already exists (409)", "An error with the import block. Existing objects are never imported implicitly."},
	{"A new client or API is not yet known everywhere", "The response of the create is used. A grant for the new object is retried for a while."},
	{"An object was deleted", "Only Auth0's 404 to a request for this object removes it from the state, with a warning. Absence from a list does not."},
	{"403: a Management API scope is missing", "The error names the scope and where to grant it. One attempt."},
	{"403: a limit of the subscription plan is reached, or it lacks the feature", "A separate error that states which."},
	{"400: a value is rejected", "The error is at the attribute, with Auth0's message."},
	{"The tenant ignores a value", "The response is compared with what was sent. In an update: an error at the attribute, and the state contains the tenant's value. In a create: a warning, because Terraform replaces an object after an error; wider access is corrected at once, and the next plan updates the rest in place."},
	{"Auth0 returns an unknown value or field", "It is kept. Reads do not fail; only your configuration is validated."},
	// Credentials and tokens.
	{"Secret, domain or audience are wrong", "One request. Every error contains the cause."},
	{"The token expires during the run", "It is renewed before it expires. A 401 had no effect, so the request is repeated once with a new token, creates too."},
	{"The credentials are revoked during the run", "The second 401 ends the run. The state contains everything that was created."},
	{"A secret or key with line ends, spaces or in base64", "It is normalized. An unreadable value is rejected without being printed."},
	{"The run would change the provider's own credentials", "Rejected in the plan."},
	// Other writers.
	{"Many scopes of one API at once", "One queue per API: a read, one write, and a check of the result for all of them."},
	{"Another workspace writes the same list", "Overwritten changes are repeated, at most three times; then an error names the conflict. A later overwrite is drift."},
	{"A change in the dashboard between plan and apply", "Only what the plan changes is sent. The other change remains and appears in the next plan. An update of `scopes` stops if other scopes were changed, and one of the authentication of a client if keys were. An API or a client grant that was re-created is not deleted by a plan older than five minutes. Auth0 takes other lists, and objects in objects, only whole: an apply that changes one part of them also sends the others as planned."},
	{"`scopes` and single scopes on one API", "Rejected in the plan without a request, with the identifier, the scope and both solutions."},
	{"One invalid scope among many", "The others are written; only the invalid one fails."},
	{"The API is deleted while its scopes are written", "Deleting a scope succeeds, adding one fails."},
	// Process and life cycle.
	{"Ctrl-C, or a canceled run in HCP Terraform", "A write in progress is completed and saved. No other write starts, and waits end at once."},
	{"kill -9, or a forced cancel", "Nothing can be saved. The next apply finds an API or a grant and prints the import block. A client can be created twice: see Recovery."},
	{"The second request of a create fails", "The object is in the state, not tainted and without any secret. A warning states what is not set, and the next plan sets it in place. If the token lacks a permission, the create stops before its first request."},
	{"A panic in the provider", "Every request of Terraform returns it as an error with a short ID and the code location, without any value. The process continues."},
	{"The provider's configuration is unknown", "Validation and plans of new objects work without the network. Everything that needs the tenant names the argument to set."},
	{"A plan that locks the provider out", "Rejected in the plan and in the apply: deleting, replacing or restricting the provider's own client, its grant, or a system API. `removed` stops managing the object."},
	{"An API is replaced or deleted", "The plan lists the client grants that depend on it. `deletion_protection` rejects it."},
	// Inputs.
	{"Values that the tenant would reject", "Rejected in the plan at their attribute, with the rule and what to write instead."},
	{"Unicode, percent signs, slashes, 600 characters, similar names", "Compared exactly and always escaped. An audience that differs from an API of the configuration only in letter case or a slash causes a warning."},
	{"Imports of objects that cannot be managed, or with a wrong ID", "Rejected with the reason and the form of the ID. An identifier or a name is resolved if it is unambiguous."},
	// Responses and tenants that are not what they seem.
	{"A gateway, a framework or an unknown path answers 404", "Only a 404 of Auth0 with the code of this kind of object (`inexistent_…`) removes it from the state. Any other is an error that shows status, content type, `Server` header and the beginning of the body, and how to remove the object from the state."},
	{"Something answers a deletion with a page", "Only 204 means that it was deleted. After any other response one GET decides: the object is missing, it still exists, or the error says that the deletion may have happened."},
	{"A response is about another object, or incomplete", "An error. The state keeps what it has."},
	{"A login page answers the token request", "An error that shows it. No other request is sent."},
	{"The credentials are of another tenant than the state", "An error that names both tenants, for APIs, scopes, clients and grants, also with `-refresh=false`. Nothing is changed or deleted there, and nothing leaves the state."},
	{"The same tenant under a custom domain or at another address", "Found by their ids, objects stay what they are. A grant that the dashboard created again is followed, with a warning."},
	{"A state of an older version, which records no tenant", "An object that has another id now is not followed: the error asks whether this is the right tenant and prints `terraform state rm` and the import block. The first read that finds the id records the tenant."},
	{"A client assertion is used twice, or the response to it is lost", "It is not sent again. The error names the ways to give each provider process its own: a plan file and a new assertion, an ephemeral resource, or a file. An assertion that is expired, or for another tenant or client, is not sent."},
}
