# terraform query -generate-config-out=generated.tf
list "timesheets_api" "ours" {
  provider         = timesheets
  include_resource = true

  config {
    identifier_prefix = "https://api.timesheets.example/"
  }
}
