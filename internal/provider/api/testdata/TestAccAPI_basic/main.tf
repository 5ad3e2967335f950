variable "prefix" { type = string }
variable "token_lifetime" {
  type    = number
  default = null
}
variable "subject_type_authorization" {
  type    = object({ user = string })
  default = null
}
variable "scopes" {
  type    = map(string)
  default = null
}

resource "timesheets_api" "test" {
  name                       = "${var.prefix} API"
  identifier                 = "https://${var.prefix}.example/v1"
  token_lifetime             = var.token_lifetime
  subject_type_authorization = var.subject_type_authorization
  scopes                     = var.scopes
}
