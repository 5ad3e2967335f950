import {
  to = timesheets_api_scope.upload
  id = "https://api.timesheets.example/v1 batch:upload"
}
