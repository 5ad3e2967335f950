# The scopes of this API are managed by other teams.
resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
}

resource "timesheets_api_scope" "upload" {
  identifier  = timesheets_api.timesheets.identifier
  value       = "batch:upload"
  description = "Upload timesheets in bulk"
}
