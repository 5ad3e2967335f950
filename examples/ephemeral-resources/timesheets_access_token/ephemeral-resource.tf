# The credentials of the job, from a vault for example; here they are variables.
variable "client_id" {
  type = string
}

variable "client_secret" {
  type      = string
  ephemeral = true
}

ephemeral "timesheets_access_token" "import_job" {
  client_id     = var.client_id
  audience      = "https://api.timesheets.example/v1"
  client_secret = var.client_secret
}

check "job_token" {
  assert {
    condition     = ephemeral.timesheets_access_token.import_job.scopes == toset(["batch:upload"])
    error_message = "The job gets no token, or one with other scopes."
  }
}
