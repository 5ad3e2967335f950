# Imports what the dashboard created into the resources of examples/timesheets. Remove this file after the apply.
variable "client_id" {
  description = "ID of the client \"Timesheets API (Test Application)\", from its page."
  type        = string
}

import {
  to = timesheets_api.timesheets
  id = var.api_identifier
}

import {
  to = timesheets_client.import_job
  id = var.client_id # or the exact name of the client
}

import {
  to = timesheets_client_grant.import_job
  id = "${var.client_id} ${var.api_identifier}"
}
