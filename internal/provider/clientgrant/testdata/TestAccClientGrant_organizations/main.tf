variable "prefix" { type = string }
variable "organizations" {
  type    = set(string)
  default = null
}
variable "usage" {
  type    = string
  default = "require"
}
variable "any" {
  type    = bool
  default = false
}
variable "check" {
  type    = string
  default = null
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = ["batch:upload"]

  organization_usage     = var.usage
  allow_any_organization = var.any
  organizations          = var.organizations
}

data "timesheets_access_check" "test" {
  client_id    = timesheets_client.test.client_id
  audience     = timesheets_api.test.identifier
  organization = var.check

  depends_on = [timesheets_client_grant.test]
}
