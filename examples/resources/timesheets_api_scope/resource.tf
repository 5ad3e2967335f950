# The team that owns the API leaves its scopes to others.
resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
}

resource "timesheets_api_scope" "upload" {
  identifier  = timesheets_api.timesheets.identifier
  value       = "batch:upload"
  description = "Upload timesheets in bulk"
}
