variable "prefix" { type = string }
variable "identifier" { type = string }
variable "name" {
  type    = string
  default = "Auth0 Management API"
}
variable "proof_of_possession" {
  type    = object({ mechanism = string })
  default = null
}

import {
  to = timesheets_api.system
  id = var.identifier
}

resource "timesheets_api" "system" {
  name       = var.name
  identifier = var.identifier

  proof_of_possession = var.proof_of_possession
}
