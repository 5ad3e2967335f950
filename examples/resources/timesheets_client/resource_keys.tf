# A job that authenticates with client assertions. To rotate the key, add a second key and apply, switch the job to it, then
# remove the first key.
resource "timesheets_client" "payroll_job" {
  name = "Payroll Job"

  private_key_jwt = {
    "2026" = {
      pem        = var.public_key
      expires_at = "2040-01-31T00:00:00Z"
    }
  }
}

variable "public_key" {
  description = "Public key of the job in PEM. The private key stays with the job."
  type        = string
}
