variable "prefix" { type = string }

variable "value" {
  type    = string
  default = "batch:upload"
}
variable "description" {
  type    = string
  default = null
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
}

resource "timesheets_api_scope" "test" {
  identifier  = timesheets_api.test.identifier
  value       = var.value
  description = var.description
}

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api_scope.test.identifier
  scopes    = [timesheets_api_scope.test.value]
}
