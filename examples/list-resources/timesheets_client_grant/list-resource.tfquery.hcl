# Who may do what at the API.
list "timesheets_client_grant" "of_the_api" {
  provider = timesheets

  config {
    audience = "https://api.timesheets.example/v1"
  }
}
