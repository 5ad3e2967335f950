terraform {
  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
  }
}

provider "timesheets" {}

# The state contains the versions of these secrets as numbers.
resource "timesheets_api" "hs256" {
  name                      = "HS256 API"
  identifier                = "https://hs256.timesheets.example/v1"
  signing_alg               = "HS256"
  signing_secret_wo         = "signing-secret-0001"
  signing_secret_wo_version = 1
}

resource "timesheets_client" "secret" {
  name                     = "Job with a secret"
  client_secret_wo         = "client-secret-0001"
  client_secret_wo_version = 20261130
}
