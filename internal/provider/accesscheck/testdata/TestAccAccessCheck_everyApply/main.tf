variable "prefix" { type = string }
variable "signing_alg" { type = string }
variable "grant_types" { type = set(string) }
variable "scopes" { type = set(string) }

resource "timesheets_api" "test" {
  name        = "${var.prefix} API"
  identifier  = "https://${var.prefix}.example/v1"
  signing_alg = var.signing_alg
  scopes      = { "batch:upload" = null, "read:timesheets" = null }
}

resource "timesheets_client" "test" {
  name        = "${var.prefix} job"
  grant_types = var.grant_types
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = var.scopes
}

data "timesheets_access_check" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier

  depends_on = [timesheets_client_grant.test]
}

output "check" {
  value = data.timesheets_access_check.test
}
