variable "tenants" {
  type      = map(object({ domain = string, client_id = string, client_secret = string }))
  sensitive = true
}

provider "timesheets" {
  alias         = "staging"
  domain        = var.tenants.staging.domain
  client_id     = var.tenants.staging.client_id
  client_secret = var.tenants.staging.client_secret
}

provider "timesheets" {
  alias         = "production"
  domain        = var.tenants.production.domain
  client_id     = var.tenants.production.client_id
  client_secret = var.tenants.production.client_secret
}

resource "timesheets_api" "staging" {
  provider   = timesheets.staging
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
}

resource "timesheets_api" "production" {
  provider   = timesheets.production
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
}
