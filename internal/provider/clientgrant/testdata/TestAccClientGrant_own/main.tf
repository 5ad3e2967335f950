variable "prefix" { type = string }
variable "client_id" { type = string }
variable "audience" { type = string }
variable "scopes" { type = set(string) }

import {
  to = timesheets_client_grant.own
  id = "${var.client_id} ${var.audience}"
}

resource "timesheets_client_grant" "own" {
  client_id = var.client_id
  audience  = var.audience
  scopes    = var.scopes
}
