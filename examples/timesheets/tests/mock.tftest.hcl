# The provider is mocked: no tenant, no credentials, no network.
mock_provider "timesheets" {
  # The default of an argument that the configuration omits.
  mock_resource "timesheets_client" {
    defaults = {
      grant_types = ["client_credentials"]
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
    error_message = "The job can do more than upload."
  }

  assert {
    condition     = timesheets_client.import_job.grant_types == toset(["client_credentials"])
    error_message = "The job can do more than request tokens for itself."
  }

  assert {
    condition     = timesheets_api.timesheets.signing_alg == "RS256"
    error_message = "The signing algorithm is not RS256."
  }

  assert {
    condition     = timesheets_client_grant.import_job.client_id == output.client_id
    error_message = "The grant belongs to another client than the output."
  }
}

run "job_may_not_approve" {
  command = plan

  variables {
    job_scopes = ["batch:upload", "approve:timesheets"]
  }

  expect_failures = [var.job_scopes]
}

# The check must fail if the token contains more scopes.
run "token_with_more_scopes" {
  override_data {
    target = data.timesheets_access_check.import_job
    values = {
      authorized         = true
      scopes             = ["batch:upload", "delete:timesheets"]
      signature_verified = true
    }
  }

  expect_failures = [check.job_token]
}
