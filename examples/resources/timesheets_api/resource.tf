resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"

  scopes = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "approve:timesheets" = "Approve timesheets"
  }
}
