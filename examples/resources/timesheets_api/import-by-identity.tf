import {
  to = timesheets_api.timesheets
  identity = {
    identifier = "https://api.timesheets.example/v1"
  }
}
