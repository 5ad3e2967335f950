# Writes the credentials of the job to Google Secret Manager. hashicorp/google 6.23 is the first version with secret_data_wo.
resource "google_secret_manager_secret" "import_job" {
  secret_id = "timesheets-import-job"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "import_job" {
  secret = google_secret_manager_secret.import_job.id

  secret_data_wo = jsonencode({
    client_id     = local.client_id
    client_secret = ephemeral.random_password.import_job.result
  })
  secret_data_wo_version = local.secret_version # a new version replaces this resource

  lifecycle {
    create_before_destroy = true # the job can read a version at any time
  }
}
