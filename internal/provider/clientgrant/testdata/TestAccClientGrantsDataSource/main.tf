variable "prefix" { type = string }

resource "timesheets_api" "test" {
  count      = 2
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v${count.index + 1}"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}

resource "timesheets_client_grant" "first" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test[0].identifier
  scopes    = ["batch:upload"]
}

resource "timesheets_client_grant" "second" {
  client_id        = timesheets_client.test.client_id
  audience         = timesheets_api.test[1].identifier
  allow_all_scopes = true
}

data "timesheets_client_grants" "of_client" {
  client_id  = timesheets_client.test.client_id
  depends_on = [timesheets_client_grant.first, timesheets_client_grant.second]
}

data "timesheets_client_grants" "of_api" {
  audience   = timesheets_api.test[1].identifier
  depends_on = [timesheets_client_grant.first, timesheets_client_grant.second]
}
