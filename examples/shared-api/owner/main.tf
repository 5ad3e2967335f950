# The platform team manages the API. It omits `scopes`, because the teams manage the scopes.
resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"

  deletion_protection = var.protect
}

variable "protect" {
  description = "Whether the API is protected from deletion while teams use it."
  type        = bool
  default     = true
}
