variable "prefix" { type = string }
variable "identifier" { type = string }

removed {
  from = timesheets_api.system
  lifecycle {
    destroy = false
  }
}
