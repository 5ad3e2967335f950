# The policy set for HCP Terraform. "mandatory" stops a run, "advisory" only reports.

policy "input" {
  query             = "data.timesheets.deny_input"
  enforcement_level = "mandatory"
  description       = "The plan and the settings of the policies are complete."
}

policy "signing_alg" {
  query             = "data.timesheets.deny_signing_alg"
  enforcement_level = "mandatory"
  description       = "APIs do not use HS256."
}

policy "token_quota" {
  query             = "data.timesheets.deny_token_quota"
  enforcement_level = "mandatory"
  description       = "Clients have an enforced token quota."
}

policy "token_lifetime" {
  query             = "data.timesheets.deny_token_lifetime"
  enforcement_level = "mandatory"
  description       = "Access tokens of APIs live at most one day."
}

policy "granted_scopes" {
  query             = "data.timesheets.deny_granted_scopes"
  enforcement_level = "mandatory"
  description       = "Client grants contain only allowed scopes."
}

policy "deletion_protection" {
  query             = "data.timesheets.deny_deletion_protection"
  enforcement_level = "mandatory"
  description       = "APIs and clients are protected from deletion."
}

# Values that are unknown in the plan. Set this to "mandatory" to stop runs that cannot be decided.
policy "undecided" {
  query             = "data.timesheets.undecided"
  enforcement_level = "advisory"
  description       = "Every policy can be decided in the plan."
}
