variable "prefix" { type = string }

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
}

removed {
  from = timesheets_api_scope.test
  lifecycle {
    destroy = false
  }
}
