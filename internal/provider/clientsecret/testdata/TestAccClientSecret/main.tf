variable "prefix" { type = string }

resource "timesheets_client" "test" {
  name                     = "${var.prefix} job"
  client_secret_wo         = "0123456789abcdef/+ canary"
  client_secret_wo_version = 1
}

ephemeral "timesheets_client_secret" "test" {
  client_id = timesheets_client.test.client_id
}

provider "echo" {
  data = ephemeral.timesheets_client_secret.test.client_secret
}

resource "echo" "test" {
  depends_on = [timesheets_client.test]
}
