package reliability_test

// fault is a row of the catalogue. Its number is its place, counted from 1.
type fault struct{ what, happens string }

// catalogue is every fault that the provider is prepared for.
var catalogue = []fault{
	// Network, time, transport.
	{"The connection is cut while a client is created", "Clients have no unique name. The run looks for one of that name; if there is none it creates once more, otherwise it stops, names each id and prints `terraform state rm` and the import block. If the lookup fails or is cancelled, the state keeps an entry without an id, and the next plan looks again. Never two, and none is imported implicitly."},
	{"The connection is cut while an API is created", "The run looks by identifier. What is there is taken as its own only if it equals all that was sent; a signing secret cannot be compared, so then the run stops and prints the import block."},
	{"The connection is cut while a client grant is created", "The same, by client, audience and subject type."},
	{"The connection is cut during an update", "Sent again: values are absolute. A list of scopes is not; single scopes are read and merged anew, and the owner of the whole list is asked to plan again."},
	{"The connection is cut during a deletion", "Sent again; what is not there any more is deleted."},
	{"A kept connection is dead", "A read is repeated; a create is looked up first, as after any cut."},
	{"The tenant is slow", "`request_timeout` bounds each operation with all its retries; a create that ran out of time is looked up."},
	{"An answer stalls or has no end", "At most 8 MiB are read, within the time of the attempt."},
	{"Connection refused, no such host, no route", "Tried four times, since nothing was sent; then one error names domain and proxy, and the other objects point at it."},
	{"TLS cannot be trusted: unknown authority, other name, old version", "No second attempt and no switch to skip the check; the error says which check failed."},
	{"A proxy is needed, or refuses", "`HTTPS_PROXY` and `NO_PROXY` count; the error carries the proxy's answer, never its password."},
	{"The tenant answers with a redirect", "Refused. The other host gets no request."},
	{"The clock is wrong", "Each attempt signs a new assertion; a refusal says by how much the clock differs from the tenant's."},
	// Limits and server errors.
	{"429 with a reset time", "One gate closes for the whole process until then. A 429 did nothing, so creates are repeated, too."},
	{"429 without a time, with one in the past, years ahead or as a date", "Bounded waits that grow, never a hot loop; when `request_timeout` is used up the error says how to ask for less."},
	{"429 from the token endpoint", "Waited for if it is short. A quota of hours ends the run at once and says when it is renewed."},
	{"500, 502, 503, 504, 520 to 524", "Reads, updates and deletions are repeated; a create is looked up first."},
	{"A page instead of JSON, or nothing", "The error tells content type, request id and the first characters. It is never taken for Auth0's word: a 404 page deletes nothing from the state."},
	{"JSON that is cut off, followed by junk, of other types, or null", "An error, never a guess: after a write it counts as a lost answer, and no object leaves the state for it."},
	{"The object exists already (409)", "An error with the import block. Nothing is adopted silently."},
	{"A new client or API is not yet known everywhere", "What the create answered is the truth; a grant on it is tried again for a while."},
	{"An object is gone", "Only a 404 to a request for this very object takes it out of the state, with a warning; a list without it does not."},
	{"403: a Management API scope is missing", "The error names the scope and where to grant it. No second attempt."},
	{"403: the plan of the tenant is exhausted or lacks the feature", "An error of its own that says which."},
	{"400: a value is refused", "The error stands at the attribute, with Auth0's words."},
	{"The tenant drops a value without a word", "The response is compared with what was sent. In an update: an error at the attribute, and the state holds what the tenant has. In a create: a warning, because Terraform replaces an object after an error; wider access is corrected at once, and the next plan updates the rest in place."},
	{"Auth0 answers a value or a field nobody knows yet", "Kept as it is. Reads do not fail; only what you write is checked."},
	// Credentials and tokens.
	{"Secret, domain or audience are wrong", "One request; the first error tells all, those of other objects point at it."},
	{"The token expires during the run", "Renewed before its end; a 401 means that nothing was done, so the request is repeated once with a new token, creates too."},
	{"The credentials are revoked during the run", "The second 401 stops everything. What was made is in the state."},
	{"Secret or key with line ends, blanks or in base64", "Read as they were meant; what cannot be read is refused without being printed."},
	{"The run would change the provider's own credentials", "Refused in the plan."},
	// Other writers.
	{"Many scopes of one API at once", "One queue per API: a fresh read, one write, a look at the result for all of them."},
	{"Another workspace writes the same list", "What it overwrites is written again, three times at most; then an error says that somebody else is at it. A later overwrite shows as drift."},
	{"Somebody edits at the dashboard between plan and apply", "Only what the plan changes is sent; the edit stays and shows in the next plan. A scope that no plan has shown stops the apply."},
	{"`scopes` and single scopes on one API", "Refused in the plan, without a call, with the identifier, the scope and both ways out."},
	{"One bad scope among many", "The others are written; the bad one alone fails."},
	{"The API is deleted while its scopes are written", "Removing a scope succeeds, adding one fails."},
	// Process and life cycle.
	{"Ctrl-C, or cancelling a run in HCP Terraform", "The write under way is finished and saved, no other is begun, waiting ends at once."},
	{"kill -9, or force cancel", "Nothing can be saved. An API or a grant is found by the next apply, which prints the import block; a client is made a second time: see Recovery."},
	{"The second call of a create fails", "The object is in the state, not tainted, without any secret; a warning says what is not set, and the next plan sets it in place. A permission that the token is known to lack stops the create before its first request."},
	{"A defect: the provider panics", "Caught in every request of Terraform: an error with a short id and the place, without any value. The process lives on."},
	{"The provider's configuration is not known yet", "Validating and planning what is new go on without the network; whatever needs the tenant says which argument to set."},
	{"A plan that locks the provider out", "Refused in the plan: deleting, replacing or narrowing the provider's own client or its grant, or anything of an API of Auth0's own. `removed` lets go of it."},
	{"Replacing or deleting an API", "The plan lists the grants that hang on it; `deletion_protection` refuses it."},
	// Inputs.
	{"Values that the tenant would refuse", "Refused in the plan at their attribute, with the rule and what to write instead."},
	{"Unicode, percent signs, slashes, 600 characters, look-alikes", "Compared byte for byte and always escaped; an audience that differs from an API of the configuration only in letter case or a slash gets a warning."},
	{"Imports of what cannot be managed, or by the wrong id", "Refused with what was found and what the id looks like; an identifier or a name is resolved where it is unambiguous."},
	// Responses and tenants that are not what they seem.
	{"A gateway, a framework or an unknown path answers 404", "Only a 404 of Auth0 with the code of this kind of object (`inexistent_…`) removes it from the state. Any other is an error that shows status, content type, `Server` header and the beginning of the body, and how to remove the object from the state."},
	{"Something answers a deletion with a page", "Only 204 means that it was deleted. After any other response one GET decides: the object is missing, it still exists, or the error says that the deletion may have happened."},
	{"A response is about another object, or incomplete", "An error. The state keeps what it has."},
	{"A login page answers the token request", "An error that shows it. No other request is sent."},
	{"The credentials are of another tenant than the state", "An error that names both tenants, for APIs, scopes, clients and grants, also with `-refresh=false`. Nothing is changed or deleted there, and nothing leaves the state."},
	{"The same tenant under a custom domain or at another address", "Found by their ids, objects stay what they are. A grant that the dashboard created again is followed, with a warning."},
	{"A state of an older version, which records no tenant", "An object that has another id now is not followed: the error asks whether this is the right tenant and prints `terraform state rm` and the import block. The first read that finds the id records the tenant."},
}
