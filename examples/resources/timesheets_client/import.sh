# By the exact name, or by client id.
terraform import timesheets_client.import_job 'Timesheets Import Job'
