terraform {
  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
  }
}

variable "fulfilled" {
  description = "Whether the resources fulfill the policies."
  type        = bool
  default     = true
}

resource "timesheets_api" "timesheets" {
  name                = "Timesheets API"
  identifier          = "https://api.timesheets.example/v1"
  signing_alg         = var.fulfilled ? "RS256" : "HS256"
  token_lifetime      = var.fulfilled ? terraform_data.lifetime.output : 86401
  deletion_protection = var.fulfilled

  scopes = {
    "batch:upload"      = "Upload timesheets in bulk"
    "read:timesheets"   = "Read timesheets"
    "delete:timesheets" = "Delete timesheets"
  }
}

# A value that is not known in the first plan.
resource "terraform_data" "lifetime" {
  input = 3600
}

resource "terraform_data" "scope" {
  input = "read:timesheets"
}

module "jobs" {
  source = "./jobs"

  audience   = timesheets_api.timesheets.identifier
  protection = var.fulfilled
  per_hour   = var.fulfilled ? terraform_data.lifetime.output : null
  scopes     = var.fulfilled ? ["batch:upload", terraform_data.scope.output] : ["batch:upload", "delete:timesheets"]
}

# A data source has the type of a resource, and is not checked.
data "timesheets_api" "timesheets" {
  identifier = timesheets_api.timesheets.identifier
}
