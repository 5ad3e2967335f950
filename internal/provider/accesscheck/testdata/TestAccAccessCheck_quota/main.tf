variable "prefix" { type = string }
variable "per_day" { type = number }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_client" "test" {
  name        = "${var.prefix} job"
  token_quota = { per_day = var.per_day }
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

check "token" {
  assert {
    condition     = data.timesheets_access_check.test.authorized == true
    error_message = coalesce(data.timesheets_access_check.test.reason, "The job gets no token.")
  }
}
