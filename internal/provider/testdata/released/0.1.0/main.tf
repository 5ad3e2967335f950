terraform {
  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
  }
}

provider "timesheets" {}

# Everything that is set by its default.
resource "timesheets_api" "plain" {
  name       = "Plain API"
  identifier = "https://plain.timesheets.example/v1"
}

# Everything that was written down.
resource "timesheets_api" "full" {
  name                                            = "Timesheets API"
  identifier                                      = "https://api.timesheets.example/v1"
  signing_alg                                     = "RS256"
  token_lifetime                                  = 3600
  token_lifetime_for_web                          = 1800
  allow_offline_access                            = true
  skip_consent_for_verifiable_first_party_clients = true
  enforce_policies                                = true
  token_dialect                                   = "access_token_authz"
  deletion_protection                             = true

  scopes = {
    "batch:upload"    = "Upload timesheets in bulk"
    "read:timesheets" = null
  }
}

resource "timesheets_api_scope" "described" {
  identifier  = timesheets_api.plain.identifier
  value       = "read:reports"
  description = "Read reports"
}

resource "timesheets_api_scope" "bare" {
  identifier = timesheets_api.plain.identifier
  value      = "write:reports"
}

resource "timesheets_client" "plain" {
  name = "Plain job"
}

resource "timesheets_client" "full" {
  name                       = "Timesheets Import Job"
  description                = "Uploads timesheets from another system."
  token_endpoint_auth_method = "client_secret_basic"

  client_metadata = {
    owner = "platform"
  }

  token_quota = {
    per_hour = 100
  }
}

resource "timesheets_client_grant" "scopes" {
  client_id = timesheets_client.full.client_id
  audience  = timesheets_api.full.identifier
  scopes    = ["batch:upload"]
}

resource "timesheets_client_grant" "all" {
  client_id        = timesheets_client.plain.client_id
  audience         = timesheets_api.full.identifier
  allow_all_scopes = true
}

resource "timesheets_client_grant" "none" {
  client_id = timesheets_client.plain.client_id
  audience  = timesheets_api.plain.identifier
  scopes    = []
}
