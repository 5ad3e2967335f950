package timesheets_test

import rego.v1

import data.timesheets

# Plans: each function returns a plan that fulfills all policies, apart from its arguments.

plan_of(changes) := {"planned_values": {"root_module": {}}, "complete": true, "errored": false, "resource_changes": changes}

change_of(type, after, unknown, overrides) := object.union(
	{
		"address": sprintf("%s.x", [type]),
		"mode": "managed",
		"type": type,
		"change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown},
	},
	overrides,
)

api_values := {"signing_alg": "RS256", "token_lifetime": 86400, "deletion_protection": true}

client_values := {"token_quota": {"per_hour": 4, "per_day": null, "enforce": true}, "deletion_protection": true}

grant_values := {"audience": "https://api.timesheets.example/v1", "scopes": ["batch:upload"], "allow_all_scopes": false}

api(values, unknown) := change_of("timesheets_api", object.remove(object.union(api_values, values), object.keys(unknown)), unknown, {})

client(values, unknown) := change_of("timesheets_client", object.union(object.remove(client_values, object.keys(values)), values), unknown, {})

grant(values, unknown) := change_of("timesheets_client_grant", object.remove(object.union(grant_values, values), object.keys(unknown)), unknown, {})

# A change of an API with HS256, which violates a policy unless it is skipped.
hs256(overrides) := change_of("timesheets_api", object.union(api_values, {"signing_alg": "HS256"}), {}, overrides)

hs256_denied := {"timesheets_api.x: signing_alg must not be HS256"}

# No violation, nothing undecided.
passes(plan) if {
	timesheets.violations == set() with input as plan
	timesheets.undecided == set() with input as plan
}

# Exactly one violation, nothing undecided.
denied(change, text) if {
	timesheets.violations == {text} with input as plan_of([change])
	timesheets.undecided == set() with input as plan_of([change])
}

# No violation, exactly one undecided value.
undecided(change, subject) if {
	timesheets.violations == set() with input as plan_of([change])
	text := sprintf("%s is not known before the apply, so it cannot be decided in the plan", [subject])
	timesheets.undecided == {text} with input as plan_of([change])
}

test_fulfilled if passes(plan_of([api({}, {}), client({}, {}), grant({}, {})]))

test_empty_plan if passes({"planned_values": {"root_module": {}}, "complete": true})

# Policy "input"

not_a_plan := {"The input is not the JSON of a Terraform plan. Use the output of: terraform show -json PLANFILE"}

test_state if timesheets.violations == not_a_plan with input as {"format_version": "1.0", "values": {"root_module": {}}}

test_no_object if timesheets.violations == not_a_plan with input as "plan"

test_no_input if timesheets.violations == not_a_plan

test_errored_plan if {
	plan := object.union(plan_of([]), {"errored": true})
	timesheets.violations == {"Terraform could not complete the plan, so resources are missing from it"} with input as plan
}

test_incomplete_plan if {
	plan := object.union(plan_of([]), {"complete": false})
	timesheets.violations == set() with input as plan
	count(timesheets.undecided) == 1 with input as plan
}

test_deferred_change if {
	plan := object.union(plan_of([]), {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": hs256({})}]})
	timesheets.violations == hs256_denied with input as plan
}

test_settings_missing if {
	expected := {sprintf("settings.rego does not define %s with a value of the right type", [name]) |
		some name in ["allowed_scopes", "max_token_lifetime", "check_unchanged", "exemptions"]
	}
	timesheets.violations == expected with input as plan_of([]) with data.timesheets.settings as {}
}

# Policy "signing_alg"

test_hs256 if denied(hs256({}), "timesheets_api.x: signing_alg must not be HS256")

test_ps256 if passes(plan_of([api({"signing_alg": "PS256"}, {})]))

test_signing_alg_unknown if undecided(api({}, {"signing_alg": true}), "timesheets_api.x: signing_alg")

# Policy "token_quota"

test_no_quota if denied(client({"token_quota": null}, {}), "timesheets_client.x: token_quota must be set")

test_quota_not_enforced if denied(
	client({"token_quota": {"per_hour": 4, "per_day": null, "enforce": false}}, {}),
	"timesheets_client.x: token_quota.enforce must be true",
)

test_quota_without_limit if denied(
	client({"token_quota": {"per_hour": null, "per_day": null, "enforce": true}}, {}),
	"timesheets_client.x: token_quota must have a limit",
)

test_quota_unknown if undecided(client({"token_quota": null}, {"token_quota": true}), "timesheets_client.x: token_quota")

test_quota_enforce_unknown if undecided(
	client({"token_quota": {"per_hour": 4, "per_day": null}}, {"token_quota": {"enforce": true}}),
	"timesheets_client.x: token_quota.enforce",
)

test_quota_limits_unknown if undecided(
	client({"token_quota": {"enforce": true, "per_day": null}}, {"token_quota": {"per_hour": true}}),
	"timesheets_client.x: each limit of token_quota",
)

test_quota_one_limit_unknown if passes(plan_of([client({"token_quota": {"enforce": true, "per_day": 9}}, {"token_quota": {"per_hour": true}})]))

# Policy "token_lifetime"

test_lifetime if denied(api({"token_lifetime": 86401}, {}), "timesheets_api.x: token_lifetime must be at most 86400 seconds and is 86401")

test_lifetime_setting if {
	plan := plan_of([api({"token_lifetime": 3601}, {})])
	count(timesheets.deny_token_lifetime) == 1 with input as plan with data.timesheets.settings.max_token_lifetime as 3600
}

test_lifetime_unknown if undecided(api({}, {"token_lifetime": true}), "timesheets_api.x: token_lifetime")

# Policy "granted_scopes"

test_scope_not_allowed if denied(
	grant({"scopes": ["batch:upload", "delete:timesheets"]}, {}),
	"timesheets_client_grant.x: the scope delete:timesheets of https://api.timesheets.example/v1 is not allowed",
)

test_audience_not_allowed if denied(
	grant({"audience": "https://tenant.example/api/v2/"}, {}),
	"timesheets_client_grant.x: the scope batch:upload of https://tenant.example/api/v2/ is not allowed",
)

test_all_scopes if denied(grant({"allow_all_scopes": true, "scopes": null}, {}), "timesheets_client_grant.x: allow_all_scopes must not be true")

test_no_scopes if passes(plan_of([grant({"scopes": []}, {})]))

test_all_scopes_unknown if undecided(grant({}, {"allow_all_scopes": true}), "timesheets_client_grant.x: allow_all_scopes")

test_audience_unknown if undecided(grant({}, {"audience": true}), "timesheets_client_grant.x: audience")

test_scopes_unknown if undecided(grant({}, {"scopes": true}), "timesheets_client_grant.x: scopes")

# Terraform shows an unknown element of a set as null.
test_scope_unknown if undecided(
	change_of("timesheets_client_grant", object.union(grant_values, {"scopes": ["batch:upload", null]}), {"scopes": [false, true]}, {}),
	"timesheets_client_grant.x: an element of scopes",
)

test_scope_unknown_and_not_allowed if {
	some_grant := change_of("timesheets_client_grant", object.union(grant_values, {"scopes": ["delete:timesheets", null]}), {"scopes": [false, true]}, {})
	count(timesheets.violations) == 1 with input as plan_of([some_grant])
	count(timesheets.undecided) == 1 with input as plan_of([some_grant])
}

# Policy "deletion_protection"

test_api_not_protected if denied(api({"deletion_protection": false}, {}), "timesheets_api.x: deletion_protection must be true")

test_client_not_protected if denied(client({"deletion_protection": false}, {}), "timesheets_client.x: deletion_protection must be true")

test_protection_unknown if undecided(api({}, {"deletion_protection": true}), "timesheets_api.x: deletion_protection")

# Kinds of changes

test_deleted if {
	every actions in [["delete"], ["forget"]] {
		passes(plan_of([hs256({"change": {"actions": actions, "after": null, "after_unknown": {}}})]))
	}
}

test_replaced if {
	every actions in [["delete", "create"], ["create", "delete"], ["create", "forget"], ["update"]] {
		timesheets.violations == hs256_denied with input as plan_of([hs256({"change": {"actions": actions}})])
	}
}

test_data_source if passes(plan_of([hs256({"mode": "data", "change": {"actions": ["read"]}})]))

test_other_type if passes(plan_of([hs256({"type": "auth0_resource_server"})]))

unchanged := hs256({"change": {"actions": ["no-op"]}})

imported := hs256({"change": {"actions": ["no-op"], "importing": {"id": "https://api.timesheets.example/v1"}}})

moved := hs256({"previous_address": "timesheets_api.old", "change": {"actions": ["no-op"]}})

test_unchanged if {
	every change in [unchanged, imported, moved] {
		timesheets.violations == hs256_denied with input as plan_of([change])
	}
}

test_unchanged_not_checked if {
	every change in [unchanged, moved] {
		timesheets.violations == set() with input as plan_of([change]) with data.timesheets.settings.check_unchanged as false
	}
	every change in [imported, hs256({}), hs256({"change": {"actions": ["update"]}})] {
		timesheets.violations == hs256_denied with input as plan_of([change]) with data.timesheets.settings.check_unchanged as false
	}
}

test_child_module if denied(
	hs256({"address": "module.a[\"b\"].timesheets_api.x[0]", "module_address": "module.a[\"b\"]"}),
	"module.a[\"b\"].timesheets_api.x[0]: signing_alg must not be HS256",
)

test_exempt if {
	plan := plan_of([hs256({}), object.union(hs256({}), {"address": "timesheets_api.y"})])
	exemptions := {"timesheets_api.x": ["signing_alg"]}
	timesheets.violations == {"timesheets_api.y: signing_alg must not be HS256"} with input as plan
		with data.timesheets.settings.exemptions as exemptions
}

test_exempt_from_another_policy if {
	exemptions := {"timesheets_api.x": ["token_lifetime"]}
	timesheets.violations == hs256_denied with input as plan_of([hs256({})]) with data.timesheets.settings.exemptions as exemptions
}

# HCP Terraform passes the plan next to the run.

test_hcp_terraform if {
	envelope := {"plan": plan_of([hs256({})]), "run": {"workspace": {"name": "timesheets"}}}
	timesheets.violations == hs256_denied with input as envelope
}

test_hcp_terraform_fulfilled if passes({"plan": plan_of([api({}, {})]), "run": {"workspace": {"name": "timesheets"}}})
