resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = { "batch:upload" = "Upload timesheets in bulk", "read:timesheets" = "Read timesheets" }
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}
