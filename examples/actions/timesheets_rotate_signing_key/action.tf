# terraform apply -invoke=action.timesheets_rotate_signing_key.tenant -var domain=example.eu.auth0.com
variable "domain" {
  description = "Domain of the tenant whose signing key is rotated."
  type        = string
}

action "timesheets_rotate_signing_key" "tenant" {
  config {
    confirm_domain = var.domain
  }
}
