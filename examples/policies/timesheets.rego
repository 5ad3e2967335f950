# Policies for the resources of the provider timesheets/timesheets. The rules "deny_POLICY" contain violations, the rules
# "warn_POLICY" what cannot be decided in the plan because a value is unknown. An unknown value is never a violation and
# never passes silently.
package timesheets

import rego.v1

import data.timesheets.settings

# All violations.
violations := union({
	deny_input,
	deny_signing_alg,
	deny_token_quota,
	deny_token_lifetime,
	deny_granted_scopes,
	deny_deletion_protection,
})

# Everything that cannot be decided in the plan.
undecided := union({
	warn_input,
	warn_signing_alg,
	warn_token_quota,
	warn_token_lifetime,
	warn_granted_scopes,
	warn_deletion_protection,
})

# Policy "input": without a complete plan and complete settings, the other policies would pass without checking anything.

deny_input contains "The input is not the JSON of a Terraform plan. Use the output of: terraform show -json PLANFILE" if not is_plan

deny_input contains "Terraform could not complete the plan, so resources are missing from it" if plan.errored

deny_input contains sprintf("settings.rego does not define %s with a value of the right type", [name]) if {
	some name in {"allowed_scopes", "max_token_lifetime", "check_unchanged", "exemptions"}
	not name in valid_settings
}

warn_input contains "The plan is incomplete because of -target or deferred changes. The resources that it omits cannot be decided" if {
	plan.complete == false
}

is_plan if is_object(plan.planned_values) # a state has "values" instead

valid_settings contains "allowed_scopes" if is_object(settings.allowed_scopes)

valid_settings contains "max_token_lifetime" if is_number(settings.max_token_lifetime)

valid_settings contains "check_unchanged" if is_boolean(settings.check_unchanged)

valid_settings contains "exemptions" if is_object(settings.exemptions)

# Policy "signing_alg": everyone who can verify an HS256 token has the secret to issue one.

deny_signing_alg contains message(api, "signing_alg must not be HS256") if {
	some api in resources({"timesheets_api"}, "signing_alg")
	api.change.after.signing_alg == "HS256"
}

warn_signing_alg contains unknown_message(api, "signing_alg") if {
	some api in resources({"timesheets_api"}, "signing_alg")
	not known(api, "signing_alg")
}

# Policy "token_quota": each client has an enforced limit on the number of its tokens.

deny_token_quota contains message(client, "token_quota must be set") if {
	some client in resources({"timesheets_client"}, "token_quota")
	not known(client, "token_quota")
	not unknown(client, ["token_quota"])
}

deny_token_quota contains message(client, "token_quota.enforce must be true") if {
	some client in resources({"timesheets_client"}, "token_quota")
	client.change.after.token_quota.enforce == false
}

deny_token_quota contains message(client, "token_quota must have a limit") if {
	some client in resources({"timesheets_client"}, "token_quota")
	known(client, "token_quota")
	not has_limit(client)
	not limit_unknown(client)
}

warn_token_quota contains unknown_message(client, "token_quota") if {
	some client in resources({"timesheets_client"}, "token_quota")
	unknown(client, ["token_quota"])
}

warn_token_quota contains unknown_message(client, "token_quota.enforce") if {
	some client in resources({"timesheets_client"}, "token_quota")
	unknown(client, ["token_quota", "enforce"])
}

warn_token_quota contains unknown_message(client, "each limit of token_quota") if {
	some client in resources({"timesheets_client"}, "token_quota")
	not has_limit(client)
	limit_unknown(client)
}

has_limit(client) if {
	some name in ["per_hour", "per_day"]
	is_number(client.change.after.token_quota[name])
}

limit_unknown(client) if {
	some name in ["per_hour", "per_day"]
	unknown(client, ["token_quota", name])
}

# Policy "token_lifetime": the access tokens of an API expire.

deny_token_lifetime contains message(api, problem) if {
	some api in resources({"timesheets_api"}, "token_lifetime")
	api.change.after.token_lifetime > settings.max_token_lifetime
	problem := sprintf("token_lifetime must be at most %d seconds and is %d", [settings.max_token_lifetime, api.change.after.token_lifetime])
}

warn_token_lifetime contains unknown_message(api, "token_lifetime") if {
	some api in resources({"timesheets_api"}, "token_lifetime")
	not known(api, "token_lifetime")
}

# Policy "granted_scopes": client grants contain only allowed scopes.

deny_granted_scopes contains message(grant, problem) if {
	some grant in resources({"timesheets_client_grant"}, "granted_scopes")
	audience := grant.change.after.audience
	some scope in grant.change.after.scopes
	is_string(scope) # an unknown element is null
	not scope in object.get(settings.allowed_scopes, audience, set())
	problem := sprintf("the scope %s of %s is not allowed", [scope, audience])
}

deny_granted_scopes contains message(grant, "allow_all_scopes must not be true") if {
	some grant in resources({"timesheets_client_grant"}, "granted_scopes")
	grant.change.after.allow_all_scopes == true
}

warn_granted_scopes contains unknown_message(grant, name) if {
	some grant in resources({"timesheets_client_grant"}, "granted_scopes")
	some name in ["audience", "allow_all_scopes"]
	not known(grant, name)
}

warn_granted_scopes contains unknown_message(grant, "scopes") if {
	some grant in resources({"timesheets_client_grant"}, "granted_scopes")
	unknown(grant, ["scopes"])
}

warn_granted_scopes contains unknown_message(grant, "an element of scopes") if {
	some grant in resources({"timesheets_client_grant"}, "granted_scopes")
	true in grant.change.after_unknown.scopes
}

# Policy "deletion_protection": APIs and clients are protected.

deny_deletion_protection contains message(resource, "deletion_protection must be true") if {
	some resource in resources({"timesheets_api", "timesheets_client"}, "deletion_protection")
	resource.change.after.deletion_protection == false
}

warn_deletion_protection contains unknown_message(resource, "deletion_protection") if {
	some resource in resources({"timesheets_api", "timesheets_client"}, "deletion_protection")
	not known(resource, "deletion_protection")
}

# The plan: HCP Terraform passes it in input.plan, "terraform show -json" prints it without an envelope.
plan := object.get(input, "plan", input)

# Resources of some types that exist after the apply, and to which a policy applies. Modules do not matter, because
# "resource_changes" contains the resources of all modules. A data source can have the type of a resource.
resources(types, policy) := {resource |
	some resource in changes
	resource.mode == "managed"
	resource.type in types
	resource.change.after != null # deleted, or only removed from the state
	checked(resource.change)
	not policy in object.get(settings.exemptions, resource.address, set())
}

changes contains change if some change in plan.resource_changes

changes contains deferred.resource_change if some deferred in plan.deferred_changes

checked(_) if settings.check_unchanged

checked(change) if change.actions != ["no-op"]

checked(change) if is_object(change.importing)

# The value of an attribute is in the plan. An unknown one is missing there.
known(resource, name) if object.get(resource.change.after, name, null) != null

# The value of an attribute, or of a member of it, is decided in the apply.
unknown(resource, path) if object.get(resource.change.after_unknown, path, false) == true

message(resource, problem) := sprintf("%s: %s", [resource.address, problem])

unknown_message(resource, attribute) := message(resource, sprintf("%s is not known before the apply, so it cannot be decided in the plan", [attribute]))
