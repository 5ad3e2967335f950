terraform {
  required_version = ">= 1.8"

  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

# Domain and credentials come from AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "timesheets" {}
