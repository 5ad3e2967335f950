import {
  to = timesheets_client_grant.import_job
  identity = {
    client_id = "kx1qpW2mWq0d3Hd5lX9oYtJt0J1bqXvC"
    audience  = "https://api.timesheets.example/v1"
  }
}
