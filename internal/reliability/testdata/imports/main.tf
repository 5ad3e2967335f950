terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
