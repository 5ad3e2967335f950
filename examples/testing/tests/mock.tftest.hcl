# The provider is never asked: no tenant, no credentials, no network.
mock_provider "timesheets" {
  mock_resource "timesheets_api" {
    defaults = {
      signing_alg = "RS256"
    }
  }

  mock_data "timesheets_access_check" {
    defaults = {
      authorized         = true
      scopes             = ["batch:upload"]
      signature_verified = true
    }
  }
}

run "job_may_upload_and_nothing_else" {
  assert {
    condition     = timesheets_client_grant.import_job.scopes == toset(["batch:upload"])
    error_message = "The job may do something else than upload."
  }

  assert {
    condition     = timesheets_api.timesheets.signing_alg == "RS256"
    error_message = "Tokens are signed in a way that whoever verifies them can forge."
  }

  assert {
    condition     = timesheets_client_grant.import_job.client_id == output.client_id
    error_message = "The grant is not of the client that the module hands out."
  }
}

run "misspelt_scope" {
  command = plan

  variables {
    job_scopes = ["batch:uplaod"]
  }

  expect_failures = [timesheets_client_grant.import_job]
}

# The check is worth something only if it fails when the token carries too much.
run "token_that_carries_too_much" {
  override_data {
    target = data.timesheets_access_check.import_job
    values = {
      authorized = true
      scopes     = ["batch:upload", "delete:timesheets"]
    }
  }

  expect_failures = [check.job_token]
}
