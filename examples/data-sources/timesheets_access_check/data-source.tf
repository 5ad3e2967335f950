resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = { "batch:upload" = "Upload timesheets in bulk" }
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}

# With depends_on, the check is read after every change of the API, the client or the grant.
# If the API is in another module, write depends_on = [module.api, timesheets_client_grant.import_job].
data "timesheets_access_check" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier

  depends_on = [timesheets_client_grant.import_job]
}

# authorized is null if the check has no result; reason then contains the cause.
check "job_token" {
  assert {
    condition     = data.timesheets_access_check.import_job.authorized == true
    error_message = coalesce(data.timesheets_access_check.import_job.reason, "The job gets no token.")
  }

  assert {
    condition     = data.timesheets_access_check.import_job.scopes == toset(["batch:upload"])
    error_message = "The scopes of the job's token differ from the configuration."
  }
}
