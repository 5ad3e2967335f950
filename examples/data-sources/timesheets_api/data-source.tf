# An API that somebody else manages.
variable "identifier" {
  description = "Identifier of the API."
  type        = string
}

data "timesheets_api" "other" {
  identifier = var.identifier
}

output "scopes" {
  description = "Scopes a grant on this API can name."
  value       = keys(data.timesheets_api.other.scopes)
}
