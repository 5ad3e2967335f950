# By the identifier or the ID of the API.
terraform import timesheets_api.timesheets 'https://api.timesheets.example/v1'
