variable "prefix" { type = string }
variable "id" { type = string }

removed {
  from = timesheets_client.own
  lifecycle {
    destroy = false
  }
}
