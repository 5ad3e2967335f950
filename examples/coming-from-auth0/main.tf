# Was auth0_resource_server.timesheets with auth0_resource_server_scopes.timesheets.
resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes = {
    "batch:upload"    = "Upload timesheets in bulk"
    "read:timesheets" = null
  }
}

# Was auth0_resource_server.payroll, and auth0_resource_server_scope.read_payroll beside it.
resource "timesheets_api" "payroll" {
  name        = "Payroll API"
  identifier  = "https://api.payroll.example"
  signing_alg = "HS256"
}

resource "timesheets_api_scope" "read_payroll" {
  identifier  = timesheets_api.payroll.identifier
  value       = "read:payroll"
  description = "Read"
}

# Was auth0_client.import_job with auth0_client_credentials.import_job.
resource "timesheets_client" "import_job" {
  name                       = "Timesheets Import Job"
  token_endpoint_auth_method = "client_secret_basic"
}

# Was auth0_client_grant.import_job.
resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}
