# For an API whose scopes belong to several teams.
list "timesheets_api_scope" "shared" {
  provider = timesheets

  config {
    identifier = "https://api.timesheets.example/v1"
  }
}
