variable "prefix" { type = string }
variable "scopes" {
  type    = map(string)
  default = { "batch:upload" = "Upload", "read:timesheets" = "Read" }
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes     = var.scopes
}
