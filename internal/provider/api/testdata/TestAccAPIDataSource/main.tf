variable "prefix" { type = string }

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = { "batch:upload" = "Upload", "read:timesheets" = null }
}

data "timesheets_api" "by_identifier" {
  identifier = timesheets_api.test.identifier
  depends_on = [timesheets_api.test]
}

data "timesheets_api" "by_id" {
  id = timesheets_api.test.id
}
