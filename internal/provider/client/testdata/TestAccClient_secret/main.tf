variable "prefix" { type = string }
variable "secret" {
  type      = string
  ephemeral = true
}
variable "secret_version" {
  type    = any
  default = null
}
variable "rotation" {
  type    = string
  default = ""
}

resource "terraform_data" "rotation" {
  triggers_replace = var.rotation
}

resource "timesheets_client" "test" {
  name                     = "${var.prefix} job"
  client_secret_wo         = var.secret
  client_secret_wo_version = var.secret_version != null ? var.secret_version : terraform_data.rotation.id
}
