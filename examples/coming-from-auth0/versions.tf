terraform {
  required_version = ">= 1.8" # the first that moves between providers

  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
    # Stays until the move is applied: the state still names it.
    auth0 = {
      source = "auth0/auth0"
    }
  }
}

# Both work with AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "timesheets" {}
