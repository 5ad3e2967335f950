# The platform team owns the API, and leaves its scopes to the teams: `scopes` is left out.
resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"

  deletion_protection = var.protect
}

variable "protect" {
  description = "Whether the API is protected from being deleted while teams use it."
  type        = bool
  default     = true
}
