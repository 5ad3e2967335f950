variable "prefix" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = "Upload" }
}

resource "timesheets_api_scope" "test" {
  identifier = timesheets_api.test.identifier
  value      = "read:timesheets"
}
