variable "prefix" { type = string }

resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}
