variable "prefix" { type = string }

resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  description     = "Uploads timesheets every night"
  token_quota     = { per_hour = 60 }
  client_metadata = { team = "payroll" }
}

data "timesheets_client" "by_id" {
  client_id = timesheets_client.test.client_id
}

data "timesheets_client" "by_name" {
  name       = timesheets_client.test.name
  depends_on = [timesheets_client.test]
}
