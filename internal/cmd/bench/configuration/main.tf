# The set-up that the bench measures, in any size.

terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "apis" { type = number }
variable "scopes" { type = number } # of each API
variable "clients" { type = number }
variable "grants" { type = number }

# Each scope is a resource of its own; otherwise each API owns a map of them.
variable "single" { type = bool }

# Another revision changes every object, another remark one client.
variable "revision" { type = number }
variable "remark" { type = string }

locals {
  scopes = { for i in range(var.scopes) : format("scope:%04d", i) => "Scope ${i}, revision ${var.revision}" }
  values = keys(local.scopes)
}

resource "timesheets_api" "bench" {
  count = var.apis

  name       = "API ${count.index}, revision ${var.revision}"
  identifier = "https://api.bench.example/${count.index}"
  scopes     = var.single ? null : local.scopes
}

resource "timesheets_api_scope" "bench" {
  count = var.single ? var.apis * var.scopes : 0

  identifier  = timesheets_api.bench[floor(count.index / var.scopes)].identifier
  value       = local.values[count.index % var.scopes]
  description = local.scopes[local.values[count.index % var.scopes]]
}

resource "timesheets_client" "bench" {
  count = var.clients

  name        = "Job ${count.index}"
  description = "Revision ${var.revision}${count.index == 0 ? var.remark : ""}"
}

# Every client has a grant on one API, and after that on the next.
resource "timesheets_client_grant" "bench" {
  count = var.grants

  client_id = timesheets_client.bench[count.index % var.clients].client_id
  audience  = timesheets_api.bench[(count.index + floor(count.index / var.clients)) % var.apis].identifier
  scopes    = [local.values[var.revision]]

  depends_on = [timesheets_api_scope.bench]
}
