terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "scopes" { type = number }

resource "timesheets_api" "one" {
  name       = "API"
  identifier = "https://one.timesheets.example"
}

resource "timesheets_api_scope" "one" {
  count      = var.scopes
  identifier = timesheets_api.one.identifier
  value      = "scope:${count.index}"
}

resource "timesheets_client" "job" {
  name = "Job"
}

resource "timesheets_client_grant" "job" {
  client_id = timesheets_client.job.client_id
  audience  = timesheets_api.one.identifier
  scopes    = ["scope:0"]
}
