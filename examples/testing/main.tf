variable "api_scopes" {
  description = "Scopes of the API, from value to description."
  type        = map(string)
  default = {
    "batch:upload"      = "Upload timesheets in bulk"
    "read:timesheets"   = "Read timesheets"
    "delete:timesheets" = "Delete timesheets"
  }
}

variable "job_scopes" {
  description = "Scopes that the job can get."
  type        = set(string)
  default     = ["batch:upload"]
}

resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = var.api_scopes
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = var.job_scopes

  # The provider rejects such a grant too. A rule of the module is one that its tests can expect to fail.
  lifecycle {
    precondition {
      condition     = length(setsubtract(var.job_scopes, keys(var.api_scopes))) == 0
      error_message = "The API has no scope ${join(", ", setsubtract(var.job_scopes, keys(var.api_scopes)))}."
    }
  }
}

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
    condition     = data.timesheets_access_check.import_job.scopes == var.job_scopes
    error_message = "The scopes of the job's token differ from the configuration."
  }
}

output "client_id" {
  description = "Client ID of the job."
  value       = timesheets_client.import_job.client_id
}
