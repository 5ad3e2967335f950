# Writes the credentials of the job to Google Secret Manager.

terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.23" # the first with secret_data_wo
    }
  }
}

variable "client_id" {
  description = "Client ID of the job."
  type        = string
}

variable "client_secret" {
  description = "Secret of the job. It is not stored in the state."
  type        = string
  sensitive   = true
  ephemeral   = true
}

resource "google_secret_manager_secret" "import_job" {
  secret_id = "timesheets-import-job"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "import_job" {
  secret = google_secret_manager_secret.import_job.id

  secret_data_wo = jsonencode({
    client_id     = var.client_id
    client_secret = var.client_secret
  })

  # Another client has another secret. A new version replaces this resource.
  secret_data_wo_version = parseint(substr(sha256(var.client_id), 0, 8), 16)

  lifecycle {
    create_before_destroy = true # the job can read a version at any time
  }
}
