# The token is passed to the smoke test. The claims of an ephemeral token are ephemeral too.
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
    error_message = "The scopes of the token are not batch:upload."
  }
}
