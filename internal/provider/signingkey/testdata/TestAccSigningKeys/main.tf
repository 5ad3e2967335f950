variable "prefix" { type = string }

data "timesheets_signing_keys" "test" {}
