terraform {
  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
  }
}

variable "values" {
  type    = map(string)
  default = { "a" = "A", "b" = "B", "c" = "C", "d" = "D" }
}

# The API is somebody else's.
resource "timesheets_api_scope" "team" {
  for_each    = var.values
  identifier  = "https://api.shared.example"
  value       = "team:${each.key}"
  description = each.value
}
