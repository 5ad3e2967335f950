variable "prefix" { type = string }
variable "keys" {
  type    = map(object({ pem = string, algorithm = optional(string), expires_at = optional(string) }))
  default = null
}
variable "description" {
  type    = string
  default = null
}
variable "token_endpoint_auth_method" {
  type    = string
  default = null
}

resource "timesheets_client" "test" {
  name                       = "${var.prefix} job"
  description                = var.description
  token_endpoint_auth_method = var.token_endpoint_auth_method
  private_key_jwt            = var.keys
}
