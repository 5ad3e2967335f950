variable "prefix" { type = string }
variable "name" { type = string }
variable "late" { type = bool }

import {
  to = timesheets_api.test
  id = "https://${var.prefix}.example/v1"
}

# comes before the update of the API
resource "timesheets_api_scope" "late" {
  count      = var.late ? 1 : 0
  identifier = "https://${var.prefix}.example/v1"
  value      = "late"
}

resource "timesheets_api" "test" {
  name       = var.name
  identifier = "https://${var.prefix}.example/v1"
  depends_on = [timesheets_api_scope.late]
}
