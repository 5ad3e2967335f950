variable "prefix" { type = string }
variable "client_id" { type = string }
variable "assertion" {
  type      = string
  ephemeral = true
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_client_grant" "test" {
  client_id = var.client_id
  audience  = timesheets_api.test.identifier
  scopes    = ["batch:upload"]
}

ephemeral "timesheets_access_token" "test" {
  client_id        = timesheets_client_grant.test.id == "" ? "" : var.client_id # known in the apply only
  audience         = timesheets_client_grant.test.audience
  client_assertion = var.assertion
}

provider "echo" {
  data = ephemeral.timesheets_access_token.test
}

resource "echo" "test" {
  depends_on = [timesheets_client_grant.test]
}
