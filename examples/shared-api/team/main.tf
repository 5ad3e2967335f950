# A team adds a scope to an API that another configuration manages, and grants it to its job.
data "timesheets_api" "timesheets" {
  identifier = "https://api.timesheets.example/v1"
}

resource "timesheets_api_scope" "upload" {
  identifier  = data.timesheets_api.timesheets.identifier
  value       = "batch:upload"
  description = "Upload timesheets in bulk"
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

# The reference to the scope creates the scope first and follows a change of its value.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = data.timesheets_api.timesheets.identifier
  scopes    = [timesheets_api_scope.upload.value]
}
