# A job of a contractor: a limited number of tokens, always for one organization, and protection from deletion.
resource "timesheets_client" "contractor" {
  name               = "Contractor Import Job"
  organization_usage = "require"

  token_quota = {
    per_hour = 10
    per_day  = 100
  }

  client_metadata = {
    owner = "payroll"
  }

  deletion_protection = var.protect
}

variable "protect" {
  description = "Whether a plan that deletes the client is rejected."
  type        = bool
  default     = true
}
