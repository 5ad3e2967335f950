variable "prefix" { type = string }
variable "identifier" { type = string }
variable "name" {
  type    = string
  default = "Auth0 Management API"
}

import {
  to = timesheets_api.system
  id = var.identifier
}

resource "timesheets_api" "system" {
  name       = var.name
  identifier = var.identifier
}
