# HS256: the API verifies tokens with the secret that signs them. Prefer RS256, which needs no shared secret.
ephemeral "random_password" "signing" {
  length = 32
}

resource "timesheets_api" "legacy" {
  name       = "Legacy API"
  identifier = "https://legacy.timesheets.example"

  signing_alg               = "HS256"
  signing_secret_wo         = ephemeral.random_password.signing.result
  signing_secret_wo_version = "2026-11" # change it to send the secret again

  scopes = {
    "read:timesheets" = "Read timesheets"
  }
}
