variable "prefix" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = null }
}
