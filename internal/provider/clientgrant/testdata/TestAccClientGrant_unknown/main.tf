variable "prefix" { type = string }
variable "scope" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}

# The output is unknown in the plan.
resource "terraform_data" "scope" {
  input = var.scope
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = [terraform_data.scope.output]
}
