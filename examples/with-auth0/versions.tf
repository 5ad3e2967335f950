terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
    auth0      = { source = "auth0/auth0" }
  }
}

# Both use AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "timesheets" {}
