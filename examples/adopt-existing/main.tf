# The setup was created in the dashboard: an API with its five scopes, the client
# "Timesheets API (Test Application)" that the dashboard creates together with an API, and its grant.
# These blocks import it unchanged. Remove them after the apply.
import {
  to = timesheets_api.timesheets
  id = var.api_identifier
}

import {
  to = timesheets_client.import_job
  id = var.client_id # or its exact name, "Timesheets API (Test Application)"
}

import {
  to = timesheets_client_grant.import_job
  id = "${var.client_id} ${var.api_identifier}"
}

# The API stays as it is.
resource "timesheets_api" "timesheets" {
  name       = var.api_name
  identifier = var.api_identifier
  scopes     = var.api_scopes
}

# The client is renamed. The plan shows and removes all grant types except client_credentials.
resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

# The job can upload timesheets and nothing else. The plan shows which scopes are removed.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}

# Requests a token as the job would, after every change of the API, the client or the grant.
data "timesheets_access_check" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier

  depends_on = [timesheets_client_grant.import_job]
}

check "job_token" {
  assert {
    condition     = data.timesheets_access_check.import_job.authorized == true
    error_message = coalesce(data.timesheets_access_check.import_job.reason, "The job gets no token.")
  }

  assert {
    condition     = data.timesheets_access_check.import_job.scopes == toset(["batch:upload"])
    error_message = "The scopes of the job's token differ from the configuration."
  }
}
