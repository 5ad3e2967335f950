variable "prefix" { type = string }

variable "scopes" {
  type    = set(string)
  default = ["batch:upload"]
}
variable "organization_usage" {
  type    = string
  default = null
}
variable "again" {
  type    = bool
  default = false
}
variable "client" {
  type    = string
  default = "first"
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes = {
    "batch:upload"    = "Upload timesheets in bulk"
    "read:timesheets" = "Read timesheets"
  }
}

resource "timesheets_client" "first" {
  name = "${var.prefix} first job"
}

resource "timesheets_client" "second" {
  name = "${var.prefix} second job"
}

resource "timesheets_client_grant" "test" {
  client_id = var.client == "first" ? timesheets_client.first.client_id : timesheets_client.second.client_id
  audience  = timesheets_api.test.identifier
  scopes    = var.scopes

  organization_usage = var.organization_usage
}

resource "timesheets_client_grant" "again" {
  count      = var.again ? 1 : 0
  client_id  = timesheets_client_grant.test.client_id
  audience   = timesheets_api.test.identifier
  scopes     = ["read:timesheets"]
  depends_on = [timesheets_client_grant.test]
}
