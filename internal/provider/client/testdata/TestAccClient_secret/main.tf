variable "prefix" { type = string }
variable "secret" {
  type      = string
  ephemeral = true
}
variable "secret_version" { type = number }

resource "timesheets_client" "test" {
  name                     = "${var.prefix} job"
  client_secret_wo         = var.secret
  client_secret_wo_version = var.secret_version
}
