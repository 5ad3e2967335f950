variable "prefix" { type = string }

variable "name" {
  type    = string
  default = "API"
}
variable "signing_alg" {
  type    = string
  default = null
}
variable "token_lifetime" {
  type    = number
  default = null
}
variable "token_lifetime_for_web" {
  type    = number
  default = null
}
variable "allow_offline_access" {
  type    = bool
  default = null
}
variable "skip_consent" {
  type    = bool
  default = null
}
variable "enforce_policies" {
  type    = bool
  default = null
}
variable "token_dialect" {
  type    = string
  default = null
}
variable "subject_type_authorization" {
  type    = object({ user = optional(string), client = optional(string) })
  default = null
}
variable "deletion_protection" {
  type    = bool
  default = null
}
variable "allow_online_access" {
  type    = bool
  default = null
}
variable "allow_online_access_with_ephemeral_sessions" {
  type    = bool
  default = null
}
variable "consent_policy" {
  type    = string
  default = null
}
variable "authorization_details_types" {
  type    = set(string)
  default = null
}
variable "authorization_policy_id" {
  type    = string
  default = null
}
variable "proof_of_possession" {
  type    = object({ mechanism = string, required = optional(bool), required_for = optional(string) })
  default = null
}
variable "token_encryption" {
  type = object({
    format         = optional(string)
    encryption_key = object({ pem = string, algorithm = optional(string), name = optional(string), kid = optional(string) })
  })
  default = null
}

resource "timesheets_api" "test" {
  name                       = "${var.prefix} ${var.name}"
  identifier                 = "https://${var.prefix}.example/v1"
  signing_alg                = var.signing_alg
  token_lifetime             = var.token_lifetime
  token_lifetime_for_web     = var.token_lifetime_for_web
  allow_offline_access       = var.allow_offline_access
  enforce_policies           = var.enforce_policies
  token_dialect              = var.token_dialect
  subject_type_authorization = var.subject_type_authorization
  deletion_protection        = var.deletion_protection

  consent_policy              = var.consent_policy
  authorization_details_types = var.authorization_details_types
  authorization_policy_id     = var.authorization_policy_id
  proof_of_possession         = var.proof_of_possession
  token_encryption            = var.token_encryption
  allow_online_access         = var.allow_online_access

  allow_online_access_with_ephemeral_sessions = var.allow_online_access_with_ephemeral_sessions

  skip_consent_for_verifiable_first_party_clients = var.skip_consent
}
