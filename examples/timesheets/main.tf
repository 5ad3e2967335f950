# The API, with all of its scopes.
resource "timesheets_api" "timesheets" {
  name        = var.api_name
  identifier  = var.api_identifier
  signing_alg = var.signing_alg
  scopes      = var.api_scopes
}

# The job that uploads timesheets from another system.
resource "timesheets_client" "import_job" {
  name        = var.client_name
  description = "Uploads timesheets from another system."
}

# The job can upload timesheets and nothing else.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = var.job_scopes
}

# Requests a token as the job would. With depends_on, it is read after every change of the API, the client or the grant.
data "timesheets_access_check" "import_job" {
  count = var.access_check ? 1 : 0

  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier

  depends_on = [timesheets_client_grant.import_job]
}

# alltrue([]) is true, so the check passes without the access check.
check "job_token" {
  assert {
    condition     = alltrue([for token in data.timesheets_access_check.import_job : token.authorized == true])
    error_message = join(" ", [for token in data.timesheets_access_check.import_job : coalesce(token.reason, "The job gets no token.")])
  }

  assert {
    condition     = alltrue([for token in data.timesheets_access_check.import_job : token.scopes == var.job_scopes])
    error_message = "The scopes of the job's token differ from the configuration."
  }

  assert {
    condition     = alltrue([for token in data.timesheets_access_check.import_job : token.signature_verified != false])
    error_message = "None of the tenant's published keys signed the job's token."
  }
}
