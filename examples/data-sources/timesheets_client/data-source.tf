# A client that another configuration manages.
variable "name" {
  description = "Exact name of the client."
  type        = string
}

data "timesheets_client" "other" {
  name = var.name
}

output "client_id" {
  description = "ID of the client, for a grant."
  value       = data.timesheets_client.other.client_id
}
