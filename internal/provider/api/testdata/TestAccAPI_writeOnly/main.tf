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

resource "timesheets_api" "test" {
  name                      = "${var.prefix} API"
  identifier                = "https://${var.prefix}.example/v1"
  signing_alg               = "HS256"
  signing_secret_wo         = var.secret
  signing_secret_wo_version = var.secret_version != null ? var.secret_version : terraform_data.rotation.id
}
