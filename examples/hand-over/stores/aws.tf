# Writes the credentials of the job to AWS Secrets Manager. hashicorp/aws 5.88 is the first version with secret_string_wo.
resource "aws_secretsmanager_secret" "import_job" {
  name = "timesheets/import-job"
}

resource "aws_secretsmanager_secret_version" "import_job" {
  secret_id = aws_secretsmanager_secret.import_job.id

  secret_string_wo = jsonencode({
    client_id     = local.client_id
    client_secret = ephemeral.random_password.import_job.result
  })
  secret_string_wo_version = local.secret_version # a new version replaces this resource
}
