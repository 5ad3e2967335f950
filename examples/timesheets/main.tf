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

# What the job may do: upload, and nothing else.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = var.job_scopes
}

# The proof. It takes its arguments from the grant, so that it waits until there is one.
data "timesheets_access_check" "import_job" {
  count = var.access_check ? 1 : 0

  client_id = timesheets_client_grant.import_job.client_id
  audience  = timesheets_client_grant.import_job.audience
}

# Without the access check there is nothing to assert, and all of nothing holds.
check "job_token" {
  assert {
    condition     = alltrue([for token in data.timesheets_access_check.import_job : token.scopes == var.job_scopes])
    error_message = "The job's token carries other scopes than the HCL says."
  }

  assert {
    condition     = alltrue([for token in data.timesheets_access_check.import_job : token.signature_verified != false])
    error_message = "None of the tenant's published keys signed the job's token."
  }
}
