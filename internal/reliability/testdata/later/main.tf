variable "domain" {
  type = string
}

variable "read" {
  type    = bool
  default = false
}

resource "terraform_data" "domain" {
  input = var.domain
}

provider "timesheets" {
  domain = terraform_data.domain.output
}

resource "timesheets_client" "job" {
  name = "Timesheets Import Job"
}

data "timesheets_api" "there" {
  count      = var.read ? 1 : 0
  identifier = "https://api.timesheets.example/v1"
}
