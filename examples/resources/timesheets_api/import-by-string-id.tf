import {
  to = timesheets_api.timesheets
  id = "https://api.timesheets.example/v1" # or Auth0's id of the API
}
