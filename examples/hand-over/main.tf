# Terraform generates the secret of the job and writes it to Auth0 and to the vault, and stores it nowhere else. The
# provider's client needs update:client_keys for this, and not read:client_keys.

variable "generations" {
  description = "Numbers of the valid credentials, in order. The last one is in the vault."
  type        = list(number)
  default     = [1]
}

locals {
  # Of the grant, so that the vault is written last.
  client_id = timesheets_client_grant.import_job[var.generations[length(var.generations) - 1]].client_id

  # The credentials change with the client ID, for example after the client was re-created.
  secret_version = parseint(substr(sha256(local.client_id), 0, 8), 16)
}

resource "timesheets_api" "timesheets" {
  name       = "Timesheets API"
  identifier = "https://api.timesheets.example/v1"
  scopes     = { "batch:upload" = "Upload timesheets in bulk" }
}

# Generated in each run, and used only in the run that writes it: to Auth0 with a new client, and to the vault.
ephemeral "random_password" "import_job" {
  length = 40
}

# Each number is a client of its own, so that the old and the new credentials are both valid while the job switches.
resource "timesheets_client" "import_job" {
  for_each = toset([for generation in var.generations : tostring(generation)])

  name                     = "Timesheets Import Job ${each.key}"
  client_secret_wo         = ephemeral.random_password.import_job.result
  client_secret_wo_version = 1
}

resource "timesheets_client_grant" "import_job" {
  for_each = timesheets_client.import_job

  client_id = each.value.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}

resource "vault_kv_secret_v2" "import_job" {
  mount = "kv"
  name  = "timesheets/import-job"

  data_json_wo = jsonencode({
    client_id     = local.client_id
    client_secret = ephemeral.random_password.import_job.result
  })
  data_json_wo_version = local.secret_version
}
