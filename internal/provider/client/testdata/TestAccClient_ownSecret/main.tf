variable "prefix" { type = string }
variable "id" { type = string }

variable "secret" {
  type    = string
  default = null
}
variable "secret_version" {
  type    = string
  default = null
}

import {
  to = timesheets_client.own
  id = var.id
}

resource "timesheets_client" "own" {
  name                     = "Terraform"
  client_secret_wo         = var.secret
  client_secret_wo_version = var.secret_version
}
