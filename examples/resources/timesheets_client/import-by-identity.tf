import {
  to = timesheets_client.import_job
  identity = {
    client_id = "kx1qpW2mWq0d3Hd5lX9oYtJt0J1bqXvC"
  }
}
