# Writes the credentials of the job to a secret of Kubernetes. Versions of hashicorp/kubernetes before 3.2.1 can fail with data_wo.
resource "kubernetes_secret_v1" "import_job" {
  metadata {
    name = "timesheets-import-job"
  }

  data_wo = {
    client_id     = local.client_id
    client_secret = ephemeral.random_password.import_job.result
  }
  data_wo_revision = local.secret_version
}
