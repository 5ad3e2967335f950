variable "prefix" { type = string }
variable "scopes" {
  type    = set(string)
  default = ["batch:upload"]
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { for scope in var.scopes : scope => null }
}

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = var.scopes
}

removed {
  from = timesheets_api_scope.test
  lifecycle {
    destroy = false
  }
}
