# terraform apply -invoke=action.timesheets_revoke_signing_key.compromised -var domain=example.eu.auth0.com -var kid=...
variable "domain" {
  description = "Domain of the tenant whose signing key is revoked."
  type        = string
}

variable "kid" {
  description = "ID of the previous signing key."
  type        = string
}

action "timesheets_revoke_signing_key" "compromised" {
  config {
    kid            = var.kid
    confirm_domain = var.domain
  }
}
