terraform {
  required_version = ">= 1.8"

  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
