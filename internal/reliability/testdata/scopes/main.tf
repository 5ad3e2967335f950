variable "values" {
  type    = map(string)
  default = { "a" = "A", "b" = "B", "c" = "C", "d" = "D" }
}

# Another configuration manages the API.
resource "timesheets_api_scope" "team" {
  for_each    = var.values
  identifier  = "https://api.shared.example"
  value       = "team:${each.key}"
  description = each.value
}
