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
variable "token_quota" {
  type    = object({ per_hour = optional(number), per_day = optional(number), enforce = optional(bool) })
  default = null
}
variable "organization_usage" {
  type    = string
  default = null
}
variable "default_organization" {
  type    = string
  default = null
}
variable "require_proof_of_possession" {
  type    = bool
  default = null
}

resource "timesheets_client" "test" {
  name                       = "${var.prefix} ${var.name}"
  description                = var.description
  client_metadata            = var.client_metadata
  grant_types                = var.grant_types
  token_endpoint_auth_method = var.token_endpoint_auth_method

  token_quota                 = var.token_quota
  organization_usage          = var.organization_usage
  default_organization_id     = var.default_organization
  require_proof_of_possession = var.require_proof_of_possession
}
