# Writes the credentials of the job to a repository of GitHub, for its workflows. The provider has no write-only argument for a secret,
# and would store a plaintext in the state. It gets a ciphertext, which only GitHub can decrypt.

terraform {
  required_providers {
    github = {
      source  = "integrations/github"
      version = ">= 6.12" # the first with value_encrypted
    }
  }
}

variable "client_id" {
  description = "Client ID of the job."
  type        = string
}

variable "client_secret_encrypted" {
  description = "Secret of the job, encrypted with the public key of the repository."
  type        = string
}

variable "key_id" {
  description = "ID of the public key of the repository."
  type        = string
}

resource "github_actions_variable" "client_id" {
  repository    = "timesheets"
  variable_name = "AUTH0_CLIENT_ID"
  value         = var.client_id
}

resource "github_actions_secret" "client_secret" {
  repository      = "timesheets"
  secret_name     = "AUTH0_CLIENT_SECRET"
  key_id          = var.key_id
  value_encrypted = var.client_secret_encrypted
}
