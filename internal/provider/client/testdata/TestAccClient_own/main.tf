variable "prefix" { type = string }
variable "id" { type = string }
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}

variable "keys" {
  type    = map(object({ pem = string }))
  default = null
}

variable "proof" {
  type    = bool
  default = null
}
variable "organization_usage" {
  type    = string
  default = null
}

import {
  to = timesheets_client.own
  id = var.id
}

resource "timesheets_client" "own" {
  name                        = "Terraform"
  grant_types                 = var.grant_types
  private_key_jwt             = var.keys
  require_proof_of_possession = var.proof
  organization_usage          = var.organization_usage
}
