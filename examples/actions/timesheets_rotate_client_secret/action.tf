# terraform apply -invoke=action.timesheets_rotate_client_secret.import_job
action "timesheets_rotate_client_secret" "import_job" {
  config {
    client_id = timesheets_client.import_job.client_id
  }
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}
