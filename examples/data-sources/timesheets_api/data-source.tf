# An API that another configuration manages.
variable "identifier" {
  description = "Identifier of the API."
  type        = string
}

data "timesheets_api" "other" {
  identifier = var.identifier
}

output "scopes" {
  description = "Scopes that a grant for this API can contain."
  value       = keys(data.timesheets_api.other.scopes)
}
