# Writes the credentials of the job to a secret of Kubernetes.

terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 3.2.1" # earlier versions can fail with data_wo
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

resource "kubernetes_secret_v1" "import_job" {
  metadata {
    name = "timesheets-import-job"
  }

  data_wo = {
    client_id     = var.client_id
    client_secret = var.client_secret
  }

  # Another client has another secret.
  data_wo_revision = parseint(substr(sha256(var.client_id), 0, 8), 16)
}
