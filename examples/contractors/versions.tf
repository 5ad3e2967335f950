terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

provider "timesheets" {}
