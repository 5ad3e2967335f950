variable "prefix" { type = string }
variable "pem" { type = string }

# The output is unknown in the plan, like that of a resource that generates keys.
resource "terraform_data" "key" {
  input = var.pem
}

resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  private_key_jwt = { generated = { pem = terraform_data.key.output } }
}
