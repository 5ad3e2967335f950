# Settings of the policies. Change this file for your organization.
package timesheets.settings

import rego.v1

# Scopes that client grants can contain, by audience. Grants for other audiences, such as the Management API, are denied.
allowed_scopes := {"https://api.timesheets.example/v1": {
	"batch:upload",
	"read:timesheets",
}}

# Longest lifetime of access tokens, in seconds.
max_token_lifetime := 86400

# Whether objects that the plan does not change are checked, too. Imported objects are always checked.
check_unchanged := true

# Exemptions: the address of a resource, and the names of the policies that do not apply to it, such as
# {"timesheets_client.legacy": {"token_quota", "deletion_protection"}}
exemptions := {}
