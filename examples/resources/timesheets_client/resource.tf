resource "timesheets_client" "import_job" {
  name        = "Timesheets Import Job"
  description = "Uploads timesheets from another system."

  client_metadata = {
    team = "payroll"
  }
}
