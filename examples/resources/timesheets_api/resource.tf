resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"

  scopes = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "create:timesheets"  = "Create timesheets"
    "delete:timesheets"  = "Delete timesheets"
    "approve:timesheets" = "Approve timesheets"
  }
}
