# Writes the credentials of the job to Azure Key Vault. hashicorp/azurerm 4.23 is the first version with value_wo.
variable "key_vault_id" {
  description = "ID of the key vault."
  type        = string
}

resource "azurerm_key_vault_secret" "import_job" {
  name         = "timesheets-import-job"
  key_vault_id = var.key_vault_id
  content_type = "application/json"

  value_wo = jsonencode({
    client_id     = local.client_id
    client_secret = ephemeral.random_password.import_job.result
  })
  value_wo_version = local.secret_version
}
