# terraform query -generate-config-out=generated.tf
list "timesheets_client" "jobs" {
  provider         = timesheets
  include_resource = true

  config {
    name = "Timesheets*"
  }
}
