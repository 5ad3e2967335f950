# Users need a client grant too, and every token is bound to a key of the client (DPoP) and encrypted for the API.
resource "timesheets_api" "salaries" {
  name       = "Salaries API"
  identifier = "https://api.salaries.example/v1"

  subject_type_authorization = {
    user   = "require_client_grant"
    client = "require_client_grant"
  }

  proof_of_possession = {
    mechanism = "dpop"
    required  = true
  }

  token_encryption = {
    encryption_key = {
      name = "2026"
      kid  = "2026"
      pem  = var.encryption_key
    }
  }

  scopes = {
    "read:salaries" = "Read salaries"
  }
}

variable "encryption_key" {
  description = "Public key in PEM with which Auth0 encrypts tokens. The API has the private key."
  type        = string
  default     = <<-EOT
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsfdey0Y3SFCVdx+0lyXq
    6Nnp01ul4tefuX0Au9VuWwma3LI4wn+q2IcRBf5Y8ulpc6iSuX1ZWdr4eYAVb921
    GDOJsd3gX/uAEoNotktG+w/R/fHe2DOgGQgSQ7mkThAaQubDTfFR8k3M0hCxpSaQ
    01UhL5UCipPzYVRGQd05s63er8TeH/6sbUImTTPjy8lwVBSD4BHB3UL4q3hr0yZg
    CIe4NMEB5QpllBAfPM5h53IP976VeWEJTwxByoBa+ogyQ6hDuMvgeuImGto9c9S+
    OE46CUVUaaciQJ+yB6Pe3B9JEewZqbYipdnInyf1jM8s8qepDNYpPYoCWB+Pi8vD
    8wIDAQAB
    -----END PUBLIC KEY-----
  EOT
}
