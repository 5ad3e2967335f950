# A token handed in by whoever runs the smoke test. What comes out of an ephemeral token is ephemeral too.
variable "token" {
  description = "Access token of the job."
  type        = string
  ephemeral   = true
  default     = null
}

locals {
  claims = var.token == null ? null : provider::timesheets::jwt_claims(var.token)
}

check "job_token" {
  assert {
    condition     = local.claims == null || try(local.claims.scope, "") == "batch:upload"
    error_message = "The token carries other scopes than batch:upload."
  }
}
