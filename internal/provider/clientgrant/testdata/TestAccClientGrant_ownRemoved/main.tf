variable "prefix" { type = string }
variable "client_id" { type = string }
variable "audience" { type = string }
variable "scopes" { type = set(string) }

removed {
  from = timesheets_client_grant.own
  lifecycle {
    destroy = false
  }
}
