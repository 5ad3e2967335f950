import {
  to = timesheets_client_grant.import_job
  id = "kx1qpW2mWq0d3Hd5lX9oYtJt0J1bqXvC https://api.timesheets.example/v1" # or the ID of the grant, cgr_...
}
