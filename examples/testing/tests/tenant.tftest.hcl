# The real provider, on the tenant that AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET name: an emulator.
provider "timesheets" {}

run "job_gets_a_token" {
  assert {
    condition     = data.timesheets_access_check.import_job.authorized == true
    error_message = coalesce(data.timesheets_access_check.import_job.reason, "The job gets no token.")
  }

  assert {
    condition     = data.timesheets_access_check.import_job.scopes == toset(["batch:upload"])
    error_message = "The scopes of the job's token are not batch:upload."
  }

  assert {
    condition     = data.timesheets_access_check.import_job.signature_verified
    error_message = "None of the tenant's keys signed the job's token."
  }
}

run "job_gets_one_more_scope" {
  variables {
    job_scopes = ["batch:upload", "read:timesheets"]
  }

  assert {
    condition     = data.timesheets_access_check.import_job.scopes == toset(["batch:upload", "read:timesheets"])
    error_message = "The token does not follow the grant."
  }
}

run "misspelt_scope" {
  command = plan

  variables {
    job_scopes = ["batch:uplaod"]
  }

  expect_failures = [timesheets_client_grant.import_job]
}
