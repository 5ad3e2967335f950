variable "prefix" { type = string }
variable "pem" { type = string }

# Its output is known when it is applied, as that of a resource which makes keys is.
resource "terraform_data" "key" {
  input = var.pem
}

resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  private_key_jwt = { made = { pem = terraform_data.key.output } }
}
