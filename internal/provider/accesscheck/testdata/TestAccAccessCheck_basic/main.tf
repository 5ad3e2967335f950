variable "prefix" { type = string }
variable "signing_alg" {
  type    = string
  default = "RS256"
}
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}
variable "scopes" {
  type    = set(string)
  default = ["batch:upload"]
}

resource "timesheets_api" "test" {
  name           = "${var.prefix} API"
  identifier     = "https://${var.prefix}.example/v1"
  signing_alg    = var.signing_alg
  token_lifetime = 3600
  scopes         = { "batch:upload" = null, "read:timesheets" = null }
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

data "timesheets_access_check" "other_audience" {
  client_id = timesheets_client_grant.test.client_id
  audience  = "https://${var.prefix}.example/nowhere"
}

data "timesheets_access_check" "missing_client" {
  client_id = "missing"
  audience  = timesheets_client_grant.test.audience
}

output "scopes" {
  value = data.timesheets_access_check.test.scopes
}
