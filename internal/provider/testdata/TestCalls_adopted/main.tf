terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}

variable "clients" { type = number }

locals { names = toset([for i in range(var.clients) : "Job${i}"]) }

import {
  for_each = local.names
  to       = timesheets_client.job[each.value]
  id       = each.value
}

resource "timesheets_client" "job" {
  for_each = local.names
  name     = each.value
}
