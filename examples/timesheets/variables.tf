variable "api_name" {
  description = "Name of the API in the dashboard."
  type        = string
  default     = "Timesheets API"
}

variable "api_identifier" {
  description = "Identifier of the API, the audience of its tokens. It cannot be changed later."
  type        = string
  default     = "https://api.timesheets.example/v1"
}

variable "signing_alg" {
  description = "Algorithm that signs the API's tokens. With HS256 the access check cannot verify the signature."
  type        = string
  default     = "RS256"
}

variable "api_scopes" {
  description = "Scopes of the API, from value to description."
  type        = map(string)
  default = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "create:timesheets"  = "Create timesheets"
    "delete:timesheets"  = "Delete timesheets"
    "approve:timesheets" = "Approve timesheets"
  }
}

variable "client_name" {
  description = "Name of the job's client in the dashboard."
  type        = string
  default     = "Timesheets Import Job"
}

variable "job_scopes" {
  description = "Scopes that the job can get."
  type        = set(string)
  default     = ["batch:upload"]

  validation {
    condition     = !contains(var.job_scopes, "approve:timesheets")
    error_message = "Only people approve timesheets."
  }
}

variable "access_check" {
  description = "Whether each plan requests a token as the job would. Requires the Management API scope read:client_keys."
  type        = bool
  default     = true
}
