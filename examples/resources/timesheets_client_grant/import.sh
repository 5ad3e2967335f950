# By the client ID and the audience, separated by one space, or by the ID of the grant (cgr_...).
terraform import timesheets_client_grant.import_job 'kx1qpW2mWq0d3Hd5lX9oYtJt0J1bqXvC https://api.timesheets.example/v1'
