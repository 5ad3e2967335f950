# AUTH0_CLIENT_ASSERTION authenticates the provider. Nothing stores a secret of Auth0.
provider "timesheets" {}

resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
}
