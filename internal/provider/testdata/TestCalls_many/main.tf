terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "apis" { type = number }
variable "scopes" { type = number } # of each API
variable "clients" { type = number }

resource "timesheets_api" "many" {
  count      = var.apis
  name       = "API ${count.index}"
  identifier = "https://${count.index}.timesheets.example"
}

resource "timesheets_api_scope" "many" {
  count      = var.apis * var.scopes
  identifier = timesheets_api.many[count.index % var.apis].identifier
  value      = "scope:${count.index}"
}

resource "timesheets_client" "many" {
  count = var.clients
  name  = "Job ${count.index}"
}

resource "timesheets_client_grant" "many" {
  count     = var.clients
  client_id = timesheets_client.many[count.index].client_id
  audience  = timesheets_api.many[count.index % var.apis].identifier
  scopes    = ["scope:${count.index % var.apis}"]
}
