variable "prefix" { type = string }

removed {
  from = timesheets_client.test
  lifecycle { destroy = false }
}
