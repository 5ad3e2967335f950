terraform {
  required_providers {
    timesheets = { source = "hashicorp/timesheets" } # where tests find it
  }
}

variable "prefix" { type = string }
variable "organization" {
  type    = string
  default = null
}

resource "timesheets_api" "test" {
  name           = "${var.prefix} API"
  identifier     = "https://${var.prefix}.example/v1"
  token_lifetime = 3600
  scopes         = { "batch:upload" = null, "read:timesheets" = null }
}

resource "timesheets_client" "test" {
  name                     = "${var.prefix} job"
  client_secret_wo         = "0123456789abcdef/+ canary"
  client_secret_wo_version = 1
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = ["batch:upload"]

  organization_usage     = "allow"
  allow_any_organization = true
}

ephemeral "timesheets_access_token" "test" {
  client_id     = timesheets_client_grant.test.client_id
  audience      = timesheets_client_grant.test.audience
  client_secret = "0123456789abcdef/+ canary"
  organization  = var.organization
}

provider "echo" {
  data = {
    authorized = ephemeral.timesheets_access_token.test.authorized
    reason     = ephemeral.timesheets_access_token.test.reason
    scopes     = ephemeral.timesheets_access_token.test.scopes
    lifetime   = ephemeral.timesheets_access_token.test.lifetime
    claims     = ephemeral.timesheets_access_token.test.claims

    organization_id = ephemeral.timesheets_access_token.test.organization_id
    token_type      = ephemeral.timesheets_access_token.test.token_type
    proof_key       = ephemeral.timesheets_access_token.test.proof_key
  }
}

resource "echo" "test" {
  depends_on = [timesheets_client_grant.test]
}
