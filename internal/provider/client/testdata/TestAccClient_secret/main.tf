variable "prefix" { type = string }
variable "secret" {
  type      = string
  ephemeral = true
}
variable "secret_version" { type = number }

variable "description" {
  type    = string
  default = null
}

resource "timesheets_client" "test" {
  description              = var.description
  name                     = "${var.prefix} job"
  client_secret_wo         = var.secret
  client_secret_wo_version = var.secret_version
}
