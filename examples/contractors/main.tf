resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = { "batch:upload" = "Upload timesheets in bulk" }
}

resource "timesheets_client" "import_job" {
  name               = "Timesheets Import Job"
  organization_usage = "require"
}

# The job requests a token for one contractor at a time. The API finds the contractor in the claim org_id.
resource "timesheets_client_grant" "import_job" {
  client_id          = timesheets_client.import_job.client_id
  audience           = timesheets_api.timesheets.identifier
  scopes             = ["batch:upload"]
  organization_usage = "require"
  organizations      = values(var.contractors)
}

data "timesheets_access_check" "contractor" {
  for_each = var.contractors

  client_id    = timesheets_client.import_job.client_id
  audience     = timesheets_api.timesheets.identifier
  organization = each.value

  depends_on = [timesheets_client_grant.import_job]
}

# Without an organization, Auth0 must not issue a token.
data "timesheets_access_check" "no_contractor" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier

  depends_on = [timesheets_client_grant.import_job]
}

check "contractors" {
  assert {
    condition     = alltrue([for name, token in data.timesheets_access_check.contractor : token.organization_id == var.contractors[name]])
    error_message = join(" ", [for name, token in data.timesheets_access_check.contractor : "${name}: ${coalesce(token.reason, "authorized.")}"])
  }

  assert {
    condition     = data.timesheets_access_check.no_contractor.authorized == false
    error_message = "The job gets a token that is for no contractor."
  }
}

output "authorized" {
  value = { for name, token in data.timesheets_access_check.contractor : name => token.authorized }
}
