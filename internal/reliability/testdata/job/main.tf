variable "identifier" {
  type    = string
  default = "https://api.timesheets.example/v1"
}

variable "name" {
  type    = string
  default = "Timesheets API"
}

variable "description" {
  type    = string
  default = "imports timesheets"
}

variable "scopes" {
  type = map(string)
  default = {
    "batch:upload"    = "Upload timesheets in bulk"
    "read:timesheets" = "Read timesheets"
  }
}

variable "granted" {
  type    = set(string)
  default = ["batch:upload"]
}

variable "audience" {
  type    = string
  default = null
}

resource "timesheets_api" "timesheets" {
  name       = var.name
  identifier = var.identifier
  scopes     = var.scopes
}

resource "timesheets_client" "job" {
  name        = "Timesheets Import Job"
  description = var.description
}

resource "timesheets_client_grant" "job" {
  client_id = timesheets_client.job.client_id
  audience  = coalesce(var.audience, timesheets_api.timesheets.identifier)
  scopes    = var.granted
}
