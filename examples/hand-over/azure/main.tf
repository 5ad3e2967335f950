# Writes the credentials of the job to Azure Key Vault.

terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.23" # the first with value_wo
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

variable "key_vault_id" {
  description = "ID of the key vault."
  type        = string
}

resource "azurerm_key_vault_secret" "import_job" {
  name         = "timesheets-import-job"
  key_vault_id = var.key_vault_id
  content_type = "application/json"

  value_wo = jsonencode({
    client_id     = var.client_id
    client_secret = var.client_secret
  })

  # Another client has another secret.
  value_wo_version = parseint(substr(sha256(var.client_id), 0, 8), 16)
}
