package mutants

// Directories of the repository.
const (
	api       = "internal/provider/api"
	apiScope  = "internal/provider/apiscope"
	client    = "internal/provider/client"
	grant     = "internal/provider/clientgrant"
	modify    = "internal/framework/modify"
	server    = "internal/framework/server"
	provider  = "internal/provider"
	tenant    = "internal/management"
	transport = "internal/management/transport"
	queue     = "internal/coalesce"
	planState = "internal/planstate"
)

// guards returns all guards. line is the code of the guard. off replaces it by code without the condition that still compiles.
func guards() []guard {
	var all []guard
	for _, group := range [][]guard{
		ownGuards(), destroyGuards(), planGuards(), importGuards(), writeGuards(), wireGuards(), secretGuards(), createGuards(), responseGuards(),
	} {
		all = append(all, group...)
	}
	return all
}

// planGuards reject a plan.
func planGuards() []guard {
	return []guard{
		{
			name: "system API is not changed", file: api + "/plan.go", test: "TestAccAPI_system",
			line: `if !deleted && !replaced && prior.IsSystem.ValueBool() {`, off: `if false {`,
		},
		{
			name: "scopes of an API are managed by one resource", file: apiScope + "/plan.go", test: "TestAccAPIScope_managedTwice",
			line: `diagnose.AddConflictingScopes(`, off: `func(...any) {}(`,
		},
		{
			name: "scopes of an API are managed by one resource, also if it is planned second", file: api + "/scopes.go", test: "TestAccAPIScope_managedTwice", in: apiScope,
			line: `if len(managers.Singles) > 0 {`, off: `if false {`,
		},
		{
			name: "scope that moves to another API is not deleted from a map", file: apiScope + "/plan.go", test: "TestAccOrder", in: provider,
			line: `if !req.State.Raw.IsNull() && !plan.Identifier.Equal(prior.Identifier) {`, off: `if false {`,
		},
		{
			name: "scope keeps the planned ID of its API", file: apiScope + "/resource.go", test: "TestAccAPIScope_recreatedSincePlan",
			line: `defer modify.AsPlanned(req, resp)`, off: `defer func(...any) {}(modify.AsPlanned, req, resp)`,
		},
		{
			name: "no scope is removed without being planned", file: api + "/scopes.go", test: "TestAccAPIScope_toMap", in: apiScope,
			line: `if len(removed) > 0 {`, off: `if false {`,
		},
		{
			name: "grant references existing scopes", file: planState + "/scopes.go", test: "TestOrder",
			line: `if slices.Contains(a.managed.values, scope) {`, off: `if scope != "" {`,
		},
		{
			name: "unchanged contradiction is not rejected", file: planState + "/scopes.go", test: "TestOrder",
			line: `Unchanged: !changed}`, off: `Unchanged: changed && false}`,
		},
		{
			name: "scope that a map removes is not kept by a grant", file: planState + "/scopes.go", test: "TestOrder",
			line: `|| slices.Contains(a.managed.removed, scope)`, off: `|| len(a.managed.removed) < 0`,
		},
		{
			name: "key is configured once", file: planState + "/claims.go", test: "TestClaims",
			line: `return Duplicate`, off: `return 0`,
		},
		{
			name: "unchanged object is not deleted at another address", file: planState + "/claims.go", test: "TestClaims",
			line: `return Lost`, off: `return 0`,
		},
		{
			name: "object does not change its address", file: planState + "/claims.go", test: "TestClaims",
			line: `return Moved`, off: `return 0`,
		},
		{
			name: "scope that is created while another resource deletes it remains", file: queue + "/merge.go", test: "TestChange_deletedAndCreated",
			line: `next = slices.IndexFunc(rest, func(t task) bool { return t.removes(rest[0].change.Value) })`, off: `next = -1`,
		},
		{
			name: "scopes are replaced together with their API", file: apiScope + "/plan.go", test: "TestScopesReplacedWithAPI", in: "internal/convergence",
			line: `if r.PlanState.Created(identifier) && !req.State.Raw.IsNull() {`, off: `if r.PlanState.Created(identifier) && false {`,
		},
		{
			name: "organizations of a grant are shown before they are managed", file: "internal/provider/clientgrant/organizations.go",
			test: "TestAccClientGrant_organizationsTakenOver", line: `if len(missing) > 0 {`, off: `if false {`,
		},
		{
			name: "ID of an API is no identifier", file: "internal/framework/validate/text.go", test: "TestAccAPIScope_apiID", in: "internal/provider/apiscope",
			line: `case referenced && APIID(value):`, off: `case false:`,
		},
		{
			name: "no new scope of a system API", file: apiScope + "/plan.go", test: "TestAccAPIScope_systemNew",
			line: `req.State.Raw.IsNull() && p.Summary != ""`, off: `false`,
		},
		{
			name: "scopes of a released map are imported", file: planState + "/scopes.go", test: "TestOrder",
			line: `return created && slices.Contains(a.released, value)`, off: `return false`,
		},
	}
}

// importGuards reject imports of objects that cannot be managed.
func importGuards() []guard {
	return []guard{
		{
			name: "global client is not imported", file: client + "/list.go", test: "TestAccClient_importRejected",
			line: `case client.IsGlobal:`, off: `case false:`,
		},
		{
			name: "client for user login is not imported", file: client + "/list.go", test: "TestAccClient_importRejected",
			line: `case client.AppType != tenant.MachineToMachine && client.AppType != "":`, off: `case client.AppType != tenant.MachineToMachine && client.AppType == "none":`,
		},
		{
			name: "third-party client is not imported", file: client + "/list.go", test: "TestAccClient_importRejected",
			line: `case client.IsThirdParty:`, off: `case false:`,
		},
		{
			name: "client that uses mTLS is not imported", file: client + "/resource.go", test: "TestAccClient_mTLSRejected",
			line: `if usesMTLS && read.Imported {`, off: `if false {`,
		},
		{
			name: "plan does not disable the mTLS of a client", file: client + "/plan.go", test: "TestAccClient_mTLSDrift",
			line: `if privatestate.UsesMTLS.In(ctx, req.Private, &resp.Diagnostics) {`, off: `if false && privatestate.UsesMTLS == "" {`,
		},
		{
			name: "apply does not disable the mTLS of a client", file: client + "/recheck.go", test: "TestAccClient_mTLSAfterPlan",
			line: `case r.found.AuthKind == tenant.AuthUnsupported:`, off: `case false:`,
		},
		{
			name: "apply of another secret method does not disable mTLS", file: client + "/recheck.go", test: "TestAccClient_mTLSAfterPlan",
			line: `if !changesKeys(prior, plan) && plan.TokenEndpointAuthMethod.Equal(prior.TokenEndpointAuthMethod) {`, off: `if !changesKeys(prior, plan) {`,
		},
		{
			name: "revoked key is not restored", file: client + "/recheck.go", test: "TestAccClient_keysChangedAfterPlan",
			line: `changes = append(changes, fmt.Sprintf("%q was removed", before.Name))`, off: ``,
		},
		{
			name: "deactivated key is not restored", file: client + "/recheck.go", test: "TestAccClient_keysChangedAfterPlan",
			line: `case before.PEM != "" && !now.InUse:`, off: `case false:`,
		},
		{
			name: "member that was not requested does not mean a secret", file: tenant + "/clients_convert.go", test: "TestReadsReturnAuthentication",
			line: `if proof == tenant.AuthSecret && !withAuth {`, off: `if false {`,
		},
		{
			name: "keys are not requested without permission", file: tenant + "/clients_convert.go", test: "TestKeysThatMayNotBeRead",
			line: `if !slices.Contains(scopes, scope) {`, off: `if scope == "" {`,
		},
		{
			name: "key with another use is not managed", file: tenant + "/credentials_convert.go", test: "TestCredentialsOf",
			line: `if credential.InUse || !credential.Shared {`, off: `if true {`,
		},
		{
			name: "key with another purpose is not deleted", file: client + "/rotate.go", test: "TestAccClient_keysShared",
			line: `if !obsolete.Shared {`, off: `if true {`,
		},
		{
			name: "import ID has the right number of parts", file: "internal/framework/modify/imported.go", test: "TestParts",
			line: `len(parts) > most`, off: `false`,
		},
	}
}

// writeGuards ensure that changes are written once, and only what was planned.
func writeGuards() []guard {
	return []guard{
		{
			name: "create is not sent twice", file: transport + "/request.go", test: "TestRetry",
			line: `return call.Repeatable || r.Method != http.MethodPost && !call.Once`, off: `return !call.Once || r.Method == http.MethodPost`,
		},
		{
			name: "write that was sent is not cut", file: transport + "/request.go", test: "TestStartedWriteOutlivesItsCaller",
			line: `Read(context.WithoutCancel(ctx), call)`, off: `Read(ctx, call)`,
		},
		{
			name: "existing object is not imported by a create", file: tenant + "/creation.go", test: "TestAPIIsCreatedOnceOrReported",
			line: `if first == nil || cause == nil && !isConflict(err) {`, off: `if cause == nil && !isConflict(err) {`,
		},
		{
			name: "result stays unknown if a create was not repeated", file: tenant + "/creation.go", test: "TestRepeatedCreateIsNotProcessed",
			line: `if first != nil && (errors.As(second, &throttled) ||`, off: `if false && (errors.As(second, &throttled) ||`,
		},
		{
			name: "object that differs is not imported by a create", file: tenant + "/creation.go", test: "TestAPIIsCreatedOnceOrReported",
			line: `if len(c.differing(there)) > 0 {`, off: `if false {`,
		},
		{
			name: "object that cannot be compared is not imported by a create", file: tenant + "/creation.go", test: "TestAPIIsCreatedOnceOrReported",
			line: `if c.unsure {`, off: `if false {`,
		},
		{
			name: "client of the same name prevents a second create after a lost response", file: tenant + "/clients.go", test: "TestClientIsCreatedOnceOrReported",
			line: `if len(same) > 0 {`, off: `if len(same) > 0 { return nil }; if false {`,
		},
		{
			name: "scope that appeared since the plan stops an update of scopes", file: queue + "/coalesce.go", test: "TestUpdateScopes",
			line: `changed != nil {`, off: `changed != nil && len(changed.Added) > 1e6 {`,
		},
		{
			name: "API that a list shows with other scopes is read with a GET", file: queue + "/execute.go", test: "TestUpdateScopes_list",
			line: `if err == nil && !confirmed {`, off: `if false && !confirmed {`,
		},
		{
			name: "list that was read before an update of scopes is not used", file: queue + "/coalesce.go", test: "TestUpdateScopes_dropsSnapshot",
			line: `queue.dropSnapshot()`, off: `_ = queue`,
		},
		{
			name: "change of a scope that another writer undid is detected", file: queue + "/execute.go", test: "TestChange_undone",
			line: `applied, unapplied := splitApplied(verified.Scopes, outcome.sent)`, off: `applied, unapplied := outcome.sent, []task(nil)`,
		},
		{
			name: "object that a list lacks is read with a GET", file: queue + "/read_batch.go", test: "TestGet_notInList",
			line: `gets.Go(func() { r.getOne(ctx, b, q) })`, off: `var none V; r.finish(q, none, canceledErr(ctx, r.readOperation, false))`,
		},
		{
			name: "object that a list shows incompletely is read with a GET", file: queue + "/read_batch.go", test: "TestGet_incompleteInList",
			line: `if !complete {`, off: `if false && complete {`,
		},
		{
			name: "404 of a proxy does not mean a deleted object", file: transport + "/contract.go", test: "TestOnlyAuth0SaysThatAnObjectIsMissing", in: "internal/management",
			line: `auth0 = auth0 && t.saysAbsent(r.Method, said.ErrorCode)`, off: `auth0 = true`,
		},
		{
			name: "ID that is a relative path is not requested", file: tenant + "/outcome.go", test: "TestAPIGet",
			line: `return id != "" && id != "." && id != ".."`, off: `return id != ""`,
		},
	}
}

// wireGuards ensure that requests reach the right host and respect limits.
func wireGuards() []guard {
	return []guard{
		{
			name: "no redirect is followed", file: transport + "/send.go", test: "TestNoRedirectIsFollowed",
			line: `s.wire.RoundTrip(`, off: `(&http.Client{Transport: s.wire}).Do(`,
		},
		{
			name: "requests reach only the host of the tenant", file: transport + "/send.go", test: "TestSend_otherHost",
			line: `if r.URL.Host != s.host {`, off: `if r.URL.Host == "" {`,
		},
		{
			name: "https only", file: tenant + "/config.go", test: "TestBaseURL",
			line: `case plain && !loopback:`, off: `case plain && !loopback && false:`,
		},
		{
			name: "certificates are checked", file: transport + "/send.go", test: "TestUnknownAuthorityIsNotRetried",
			line: `MinVersion: tls.VersionTLS12`, off: `InsecureSkipVerify: true`,
		},
		{
			name: "old TLS is rejected", file: transport + "/send.go", test: "TestSend_transportErrors",
			line: `MinVersion: tls.VersionTLS12`, off: `MinVersion: tls.VersionTLS10`,
		},
		{
			name: "wait that the tenant asks for is bounded below", file: "internal/management/ratelimit/limit.go", test: "TestRateLimitThatNeverEnds", in: transport,
			line: `min(max(wait, minBlock), MaxBlock) + randomUpTo(blockJitter)`, off: `1`,
		},
		{
			name: "wait that the tenant asks for is bounded above", file: "internal/management/ratelimit/limit.go", test: "TestLimiter_waits",
			line: `min(max(wait, minBlock), MaxBlock)`, off: `max(wait, minBlock)`,
		},
		{
			name: "response that is too large is rejected", file: transport + "/send.go", test: "TestSend_largeResponse",
			line: `if len(body) > maxBody {`, off: `if len(body) > maxBody*2 {`,
		},
		{
			name: "no request is sent after rejected credentials", file: transport + "/token.go", test: "TestToken_rejectedCredentials",
			line: `case t.rejected != nil:`, off: `case t.rejected != nil && t.request == nil && t.value.Empty():`,
		},
		{
			name: "emulator does not import tenant and management", file: "internal/layers_test.go", test: "TestLawCanBeBroken",
			line: `{inside: []string{"emulator/store", "emulator/dashboard"},`, off: `{inside: []string{"emulator/store", "emulator/dashboard", "tenant"},`,
		},
	}
}

// secretGuards prevent that credentials become visible.
func secretGuards() []guard {
	return []guard{
		{
			name: "credential is not printed", file: "internal/secret/secret.go", test: "TestValueNeverPrintsItself",
			line: `func (Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }`,
			off:  `func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, v.Reveal()) }`,
		},
		{
			name: "credential is in no JSON", file: "internal/secret/secret.go", test: "TestValueNeverPrintsItself",
			line: `func (Value) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }`,
			off:  `func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Reveal()) }`,
		},
		{
			name: "credential is removed from responses", file: transport + "/redact.go", test: "TestRedact_responses",
			line: `if isCredential(name, keepSecret) {`, off: `if isCredential(name, true) {`,
		},
		{
			name: "credential is removed from errors", file: transport + "/redact.go", test: "TestRedact_errors",
			line: `text = strings.ReplaceAll(text, form, value.String())`, off: `_ = form`,
		},
		{
			name: "log shows a template in place of a path", file: transport + "/send.go", test: "TestLog_content",
			line: `"path":   pathTemplate(r.URL),`, off: `"path":   r.URL.Path,`,
		},
	}
}
