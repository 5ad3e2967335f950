variable "prefix" { type = string }
variable "count_of_scopes" { type = number }
variable "client_id" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
}

resource "timesheets_api_scope" "test" {
  count       = var.count_of_scopes
  identifier  = timesheets_api.test.identifier
  value       = "scope:${count.index}"
  description = "Scope ${count.index}"
}

resource "timesheets_client_grant" "test" {
  client_id = var.client_id
  audience  = timesheets_api.test.identifier
  scopes    = [for scope in timesheets_api_scope.test : scope.value]
}
