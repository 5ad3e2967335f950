import {
  to = timesheets_api_scope.upload
  identity = {
    identifier = "https://api.timesheets.example/v1"
    value      = "batch:upload"
  }
}
