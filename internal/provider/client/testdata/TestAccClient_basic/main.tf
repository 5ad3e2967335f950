variable "prefix" { type = string }
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
variable "token_quota" {
  type    = object({ per_hour = number })
  default = null
}

resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  description     = var.description
  client_metadata = var.client_metadata
  grant_types     = var.grant_types
  token_quota     = var.token_quota
}
