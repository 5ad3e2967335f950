# Clients for the acceptance tests of this provider in a development tenant, each with the permissions that it needs and no
# others. Apply it once with a client that can manage clients and client grants.
terraform {
  required_version = ">= 1.8"

  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

# Domain and credentials come from AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.
provider "timesheets" {}

variable "protect" {
  description = "Whether the clients are protected from deletion."
  type        = bool
  default     = true
}

data "timesheets_tenant" "this" {}

locals {
  read = ["read:clients", "read:client_credentials", "read:client_grants", "read:resource_servers"]
  write = flatten([
    for kind in ["clients", "client_credentials", "client_grants", "resource_servers"] :
    [for verb in ["create", "update", "delete"] : "${verb}:${kind}"]
  ])
}

# Runs the tests. It also reads and sets the secrets of the clients that they create, and the tenant's signing keys.
resource "timesheets_client" "acceptance" {
  name                = "Acceptance tests"
  description         = "Creates and deletes objects whose names begin with acc-."
  deletion_protection = var.protect
}

resource "timesheets_client_grant" "acceptance" {
  client_id = timesheets_client.acceptance.client_id
  audience  = data.timesheets_tenant.this.management_audience
  scopes    = concat(local.read, local.write, ["read:client_keys", "update:client_keys", "read:signing_keys"])
}

# Plans with read-only credentials.
resource "timesheets_client" "plans" {
  name                = "Acceptance plans"
  description         = "Reads the tenant, and cannot change it."
  deletion_protection = var.protect
}

resource "timesheets_client_grant" "plans" {
  client_id = timesheets_client.plans.client_id
  audience  = data.timesheets_tenant.this.management_audience
  scopes    = local.read
}

output "acceptance_client_id" {
  description = "AUTH0_CLIENT_ID of the environment development-tenant. Its secret is in the dashboard."
  value       = timesheets_client.acceptance.client_id
}

output "plans_client_id" {
  description = "AUTH0_CLIENT_ID of the environment development-tenant-plan. Its secret is in the dashboard."
  value       = timesheets_client.plans.client_id
}
