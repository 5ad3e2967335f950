variable "client_id" {
  description = "Id of the client that the dashboard made, from the page of the client."
  type        = string
}

variable "api_identifier" {
  description = "Identifier of the API, from its page."
  type        = string
  default     = "https://api.timesheets.example/v1"
}

variable "api_name" {
  description = "Name of the API, as the dashboard has it."
  type        = string
  default     = "Timesheets API"
}

variable "api_scopes" {
  description = "Scopes of the API, as the dashboard has them."
  type        = map(string)
  default = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "create:timesheets"  = "Create timesheets"
    "delete:timesheets"  = "Delete timesheets"
    "approve:timesheets" = "Approve timesheets"
  }
}
