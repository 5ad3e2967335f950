# Which clients can get tokens for an API, and with which scopes.
variable "audience" {
  description = "Identifier of the API."
  type        = string
}

data "timesheets_client_grants" "on_api" {
  audience = var.audience
}

output "clients" {
  description = "Scopes by client ID."
  value       = { for grant in data.timesheets_client_grants.on_api.grants : grant.client_id => grant.scopes... }
}
