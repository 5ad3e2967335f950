terraform {
  required_version = ">= 1.8" # the first version that moves resources between providers

  required_providers {
    timesheets = { source = "timesheets/timesheets" }
    # Remove it after the move is applied. Until then the state refers to it.
    auth0 = { source = "auth0/auth0" }
  }
}

# Both work with AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "timesheets" {}
