# A client that somebody else manages.
variable "name" {
  description = "Exact name of the client."
  type        = string
}

data "timesheets_client" "other" {
  name = var.name
}

output "client_id" {
  description = "Id of the client, for a grant."
  value       = data.timesheets_client.other.client_id
}
