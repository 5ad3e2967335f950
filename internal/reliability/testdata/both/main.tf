terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = { "batch:upload" = null }
}

resource "timesheets_api_scope" "extra" {
  identifier = timesheets_api.timesheets.identifier
  value      = "read:timesheets"
}
