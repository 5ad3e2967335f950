variable "prefix" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = "Upload" }
  depends_on = [timesheets_api_scope.test]
}

resource "timesheets_api_scope" "test" {
  identifier = "https://${var.prefix}.example/v1"
  value      = "read:timesheets"
}
