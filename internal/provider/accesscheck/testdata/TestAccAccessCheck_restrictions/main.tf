variable "prefix" { type = string }

variable "client_policy" {
  type    = string
  default = "require_client_grant"
}
variable "mechanism" {
  type    = string
  default = null
}
variable "required" {
  type    = bool
  default = true
}
variable "required_for" {
  type    = string
  default = null
}
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}
variable "client_usage" {
  type    = string
  default = "allow"
}
variable "default_organization" {
  type    = string
  default = null
}
variable "require_proof" {
  type    = bool
  default = false
}
variable "granted" {
  type    = bool
  default = true
}
variable "grant_usage" {
  type    = string
  default = "allow"
}
variable "any_organization" {
  type    = bool
  default = true
}
variable "organization" {
  type    = string
  default = null
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }

  subject_type_authorization = { client = var.client_policy }
  proof_of_possession        = var.mechanism == null ? null : { mechanism = var.mechanism, required = var.required, required_for = var.required_for }
}

resource "timesheets_client" "test" {
  name                        = "${var.prefix} job"
  grant_types                 = var.grant_types
  organization_usage          = var.client_usage
  default_organization_id     = var.default_organization
  require_proof_of_possession = var.require_proof
}

resource "timesheets_client_grant" "test" {
  count = var.granted ? 1 : 0

  client_id              = timesheets_client.test.client_id
  audience               = timesheets_api.test.identifier
  scopes                 = ["batch:upload"]
  organization_usage     = var.grant_usage
  allow_any_organization = var.any_organization
}

data "timesheets_access_check" "test" {
  client_id    = timesheets_client.test.client_id
  audience     = timesheets_api.test.identifier
  organization = var.organization

  depends_on = [timesheets_client_grant.test]
}
