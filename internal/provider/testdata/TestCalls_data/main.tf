terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "clients" { type = number }

data "timesheets_client" "job" {
  count     = var.clients
  client_id = "Job${count.index}"
}

output "names" {
  value = data.timesheets_client.job[*].name
}
