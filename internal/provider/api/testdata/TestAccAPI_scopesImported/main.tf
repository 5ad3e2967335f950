variable "prefix" { type = string }

import {
  to = timesheets_api.test
  id = "https://${var.prefix}.example/v1"
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
}
