# The real provider, on the tenant that AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET name: an emulator.
provider "timesheets" {}

run "job_gets_a_token" {
  assert {
    condition     = output.proof.authorized == true
    error_message = coalesce(output.proof.reason, "The job gets no token.")
  }

  assert {
    condition     = output.proof.scopes == toset(["batch:upload"])
    error_message = "The scopes of the job's token are not batch:upload."
  }

  assert {
    condition     = output.proof.signature_verified
    error_message = "None of the tenant's keys signed the job's token."
  }
}

run "job_gets_one_more_scope" {
  variables {
    job_scopes = ["batch:upload", "read:timesheets"]
  }

  assert {
    condition     = output.proof.scopes == toset(["batch:upload", "read:timesheets"])
    error_message = "The token does not follow the grant."
  }
}

run "job_may_not_approve" {
  command = plan

  variables {
    job_scopes = ["approve:timesheets"]
  }

  expect_failures = [var.job_scopes]
}
