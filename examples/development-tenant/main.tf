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

  # By the environment of the workflow.
  clients = {
    # Runs the tests. It also reads and sets the secrets of the clients that they create, and the tenant's signing keys.
    development-tenant = {
      name        = "Acceptance tests"
      description = "Creates and deletes objects whose names begin with acc-."
      scopes      = concat(local.read, local.write, ["read:client_keys", "update:client_keys", "read:signing_keys"])
    }
    # Plans with read-only credentials.
    development-tenant-plan = {
      name        = "Acceptance plans"
      description = "Reads the tenant, and cannot change it."
      scopes      = local.read
    }
  }
}

resource "timesheets_client" "this" {
  for_each = local.clients

  name                = each.value.name
  description         = each.value.description
  deletion_protection = var.protect
}

resource "timesheets_client_grant" "this" {
  for_each = timesheets_client.this

  client_id = each.value.client_id
  audience  = data.timesheets_tenant.this.management_audience
  scopes    = local.clients[each.key].scopes
}

output "client_ids" {
  description = "AUTH0_CLIENT_ID of each environment. The secrets are in the dashboard."
  value       = { for environment, client in timesheets_client.this : environment => client.client_id }
}
