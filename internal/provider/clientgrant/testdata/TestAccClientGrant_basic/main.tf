variable "prefix" { type = string }

variable "scopes" {
  type    = set(string)
  default = ["batch:upload"]
}
variable "allow_all_scopes" {
  type    = bool
  default = null
}
variable "subject_type" {
  type    = string
  default = null
}
variable "organization_usage" {
  type    = string
  default = null
}
variable "allow_any_organization" {
  type    = bool
  default = null
}
variable "authorization_details_types" {
  type    = set(string)
  default = null
}
variable "client" {
  type    = string
  default = "first"
}

resource "timesheets_api" "test" {
  name       = "${var.prefix} API"
  identifier = "https://${var.prefix}.example/v1"
  scopes = {
    "batch:upload"    = "Upload timesheets in bulk"
    "read:timesheets" = "Read timesheets"
  }
}

resource "timesheets_client" "first" {
  name = "${var.prefix} first job"
}

resource "timesheets_client" "second" {
  name = "${var.prefix} second job"
}

resource "timesheets_client_grant" "test" {
  client_id        = var.client == "first" ? timesheets_client.first.client_id : timesheets_client.second.client_id
  audience         = timesheets_api.test.identifier
  scopes           = var.scopes
  allow_all_scopes = var.allow_all_scopes
  subject_type     = var.subject_type

  organization_usage          = var.organization_usage
  allow_any_organization      = var.allow_any_organization
  authorization_details_types = var.authorization_details_types
}
