# A second tenant: the provider without an alias uses the environment, the one with an alias its own arguments.
provider "timesheets" {
  alias = "staging"

  domain        = var.staging_domain
  client_id     = var.staging_client_id
  client_secret = var.staging_client_secret
}

data "timesheets_tenant" "staging" {
  provider = timesheets.staging
}

variable "staging_domain" {
  description = "Domain of the staging tenant. If null, AUTH0_DOMAIN is used."
  type        = string
  default     = null
}

variable "staging_client_id" {
  description = "Client ID of the provider in the staging tenant."
  type        = string
  default     = null
}

variable "staging_client_secret" {
  description = "Its secret."
  type        = string
  ephemeral   = true
  default     = null
}
