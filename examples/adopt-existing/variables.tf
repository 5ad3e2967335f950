variable "client_id" {
  description = "ID of the client that the dashboard created, from the page of the client."
  type        = string
}

variable "api_identifier" {
  description = "Identifier of the API, from its page."
  type        = string
  default     = "https://api.timesheets.example/v1"
}

variable "api_name" {
  description = "Name of the API in the dashboard."
  type        = string
  default     = "Timesheets API"
}

variable "api_scopes" {
  description = "Scopes of the API in the dashboard, from value to description."
  type        = map(string)
  default = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "create:timesheets"  = "Create timesheets"
    "delete:timesheets"  = "Delete timesheets"
    "approve:timesheets" = "Approve timesheets"
  }
}
