# By the exact name or the client ID.
terraform import timesheets_client.import_job 'Timesheets Import Job'
