variable "prefix" { type = string }
variable "signing_alg" {
  type    = string
  default = "RS256"
}
variable "auth_method" {
  type    = string
  default = "client_secret_post"
}

resource "timesheets_api" "test" {
  name           = "${var.prefix} API"
  identifier     = "https://${var.prefix}.example/v1"
  signing_alg    = var.signing_alg
  token_lifetime = 3600
  scopes         = { "batch:upload" = null, "read:timesheets" = null }
}

resource "timesheets_client" "test" {
  name                       = "${var.prefix} job"
  token_endpoint_auth_method = var.auth_method
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = ["batch:upload"]
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
