variable "prefix" { type = string }
variable "secret" {
  type      = string
  ephemeral = true
}
variable "secret_version" { type = number }

resource "timesheets_api" "test" {
  name                      = "${var.prefix} API"
  identifier                = "https://${var.prefix}.example/v1"
  signing_alg               = "HS256"
  signing_secret_wo         = var.secret
  signing_secret_wo_version = var.secret_version
}
