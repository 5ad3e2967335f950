terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "secrets" {
  type      = map(string)
  ephemeral = true
}
