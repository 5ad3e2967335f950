terraform {
  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
  }
}

variable "audience" {
  type = string
}

variable "protection" {
  type = bool
}

variable "per_hour" {
  type = number
}

variable "scopes" {
  type = set(string)
}

resource "timesheets_client" "job" {
  name                = "Timesheets Import Job"
  deletion_protection = var.protection
  token_quota         = var.protection ? { per_hour = var.per_hour } : null
}

resource "timesheets_client_grant" "job" {
  client_id = timesheets_client.job.client_id
  audience  = var.audience
  scopes    = var.scopes
}
