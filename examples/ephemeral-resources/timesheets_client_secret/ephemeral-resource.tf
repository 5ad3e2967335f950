# Auth0 generated the secret. It is read from the tenant and written to the vault, and stored nowhere else.
resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

ephemeral "timesheets_client_secret" "import_job" {
  client_id = timesheets_client.import_job.client_id
}

resource "vault_kv_secret_v2" "import_job" {
  mount = "kv"
  name  = "timesheets/import-job"

  data_json_wo = jsonencode({
    client_id     = timesheets_client.import_job.client_id
    client_secret = ephemeral.timesheets_client_secret.import_job.client_secret
  })
  data_json_wo_version = 1
}
