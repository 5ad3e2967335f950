terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "signing_alg" { type = string }

resource "timesheets_api" "test" {
  name        = "API"
  identifier  = "https://api.example/v1"
  signing_alg = var.signing_alg
  scopes      = { "batch:upload" = null, "read:timesheets" = null }
}

output "identifier" {
  value = timesheets_api.test.identifier
}
