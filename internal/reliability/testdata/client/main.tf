variable "description" {
  type    = string
  default = "imports timesheets"
}

resource "timesheets_client" "job" {
  name        = "Timesheets Import Job"
  description = var.description
}
