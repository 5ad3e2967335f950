terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "signing_alg" {
  type    = string
  default = "RS256"
}
variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}
variable "scopes" {
  type    = set(string)
  default = ["batch:upload"]
}

module "api" {
  source      = "./api"
  signing_alg = var.signing_alg
}

resource "timesheets_client" "test" {
  name        = "job"
  grant_types = var.grant_types
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = module.api.identifier
  scopes    = var.scopes
}

data "timesheets_access_check" "test" {
  client_id = timesheets_client.test.client_id
  audience  = module.api.identifier

  depends_on = [module.api, timesheets_client_grant.test]
}

output "check" {
  value = data.timesheets_access_check.test
}
