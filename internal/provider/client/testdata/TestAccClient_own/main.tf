variable "prefix" { type = string }
variable "id" { type = string }
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}

import {
  to = timesheets_client.own
  id = var.id
}

resource "timesheets_client" "own" {
  name        = "Terraform"
  grant_types = var.grant_types
}
