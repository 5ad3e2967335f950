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
  default     = <<-EOT
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArTzHZdu7ZJYFhlzwKNbD
    7XyPrh13kq0Cn0p8LEC4Y9wuys6Csc9KywZGIeCngZzD1jXaoFtdDT7VP3qhCr7A
    HxRfG00/oJcTv/dlEhw/4NYsuE3ev6esnZTXCIYZCdmiY56lwLMwMF7Q13cWVot5
    vZJV9qEsXOqCUvAZOW6gVBehjLXkfkRyLsH1kQuBKOYAVEwaDccCLbIY4vLntzJl
    /12ruuKKCDdRx6NxO/7TyiJiGZ0mhWxmvj7h2oc7ttP1iv6hLcc1ia60DHcjfnLH
    J/82av14QJmjFXU6PZDRay26CM3rB5uSbcN27+X4v3L18dGRxDSQJv3p3IZ7pc6t
    qwIDAQAB
    -----END PUBLIC KEY-----
  EOT
}
