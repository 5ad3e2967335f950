terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "keys" { type = map(string) }

resource "timesheets_client" "job" {
  name            = "Timesheets Import Job"
  private_key_jwt = { for name, text in var.keys : name => { pem = text } }
}
