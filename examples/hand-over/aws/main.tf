# Writes the credentials of the job to AWS Secrets Manager.

terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.88" # the first with secret_string_wo
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

resource "aws_secretsmanager_secret" "import_job" {
  name = "timesheets/import-job"
}

resource "aws_secretsmanager_secret_version" "import_job" {
  secret_id = aws_secretsmanager_secret.import_job.id

  secret_string_wo = jsonencode({
    client_id     = var.client_id
    client_secret = var.client_secret
  })

  # Another client has another secret. A new version replaces this resource.
  secret_string_wo_version = parseint(substr(sha256(var.client_id), 0, 8), 16)
}
