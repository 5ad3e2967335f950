# Tokens are valid for one hour, and a plan that deletes the API is rejected.
resource "timesheets_api" "payroll" {
  name                   = "Payroll API"
  identifier             = "https://api.payroll.example/v1"
  token_lifetime         = 3600
  token_lifetime_for_web = 900
  token_dialect          = "rfc9068_profile"
  deletion_protection    = var.protect

  scopes = {
    "read:payslips" = "Read payslips"
  }
}

variable "protect" {
  description = "Whether a plan that deletes the API is rejected."
  type        = bool
  default     = true
}
