variable "client_secret" {
  type      = string
  ephemeral = true
}

variable "signing_secret" {
  type      = string
  ephemeral = true
}

variable "secret_version" {
  type    = string
  default = "1"
}

variable "description" {
  type    = string
  default = "imports timesheets"
}

resource "timesheets_api" "timesheets" {
  name                      = "Timesheets API"
  identifier                = "https://api.timesheets.example/v1"
  signing_alg               = "HS256"
  signing_secret_wo         = var.signing_secret
  signing_secret_wo_version = var.secret_version
  scopes                    = { "batch:upload" = null }
}

resource "timesheets_client" "job" {
  name                     = "Timesheets Import Job"
  description              = var.description
  client_secret_wo         = var.client_secret
  client_secret_wo_version = var.secret_version
}

resource "timesheets_client_grant" "job" {
  client_id = timesheets_client.job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}
