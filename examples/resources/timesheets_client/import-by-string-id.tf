import {
  to = timesheets_client.import_job
  id = "Timesheets Import Job" # the exact name, or the client ID
}
