variable "prefix" { type = string }
variable "client_id" { type = string }
variable "audience" { type = string }
variable "scopes" {
  type    = set(string)
  default = null
}
variable "all" {
  type    = bool
  default = null
}
variable "organization_usage" {
  type    = string
  default = null
}

import {
  to = timesheets_client_grant.own
  id = "${var.client_id} ${var.audience}"
}

resource "timesheets_client_grant" "own" {
  client_id          = var.client_id
  audience           = var.audience
  scopes             = var.scopes
  allow_all_scopes   = var.all
  organization_usage = var.organization_usage
}
