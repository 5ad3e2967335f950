variable "prefix" { type = string }
variable "client_id" { type = string }
variable "version_path" {
  type    = string
  default = "v1"
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/${var.version_path}"
}

resource "timesheets_client_grant" "test" {
  client_id = var.client_id
  audience  = timesheets_api.test.identifier
  scopes    = []
}
