variable "prefix" { type = string }
variable "id" { type = string }
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}

variable "secret" {
  type    = string
  default = null
}
variable "secret_version" {
  type    = number
  default = null
}
variable "keys" {
  type    = map(object({ pem = string }))
  default = null
}

import {
  to = timesheets_client.own
  id = var.id
}

resource "timesheets_client" "own" {
  name                     = "Terraform"
  grant_types              = var.grant_types
  private_key_jwt          = var.keys
  client_secret_wo         = var.secret
  client_secret_wo_version = var.secret_version
}
