# A team brings two scopes to an API that another configuration owns, and lets its job use one of them.
data "timesheets_api" "timesheets" {
  identifier = "https://api.timesheets.example/v1"
}

resource "timesheets_api_scope" "upload" {
  identifier  = data.timesheets_api.timesheets.identifier
  value       = "batch:upload"
  description = "Upload timesheets in bulk"
}

resource "timesheets_api_scope" "read" {
  identifier  = data.timesheets_api.timesheets.identifier
  value       = "read:timesheets"
  description = "Read timesheets"
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

# It refers to the scope, so that the scope is there first and renaming it carries over.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = data.timesheets_api.timesheets.identifier
  scopes    = [timesheets_api_scope.upload.value]
}
