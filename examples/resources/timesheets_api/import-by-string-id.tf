import {
  to = timesheets_api.timesheets
  id = "https://api.timesheets.example/v1" # or the ID of the API
}
