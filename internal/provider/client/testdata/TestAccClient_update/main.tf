variable "prefix" { type = string }

variable "name" {
  type    = string
  default = "job"
}
variable "description" {
  type    = string
  default = null
}
variable "client_metadata" {
  type    = map(string)
  default = null
}
variable "grant_types" {
  type    = set(string)
  default = null
}
variable "token_endpoint_auth_method" {
  type    = string
  default = null
}

resource "timesheets_client" "test" {
  name                       = "${var.prefix} ${var.name}"
  description                = var.description
  client_metadata            = var.client_metadata
  grant_types                = var.grant_types
  token_endpoint_auth_method = var.token_endpoint_auth_method
}
