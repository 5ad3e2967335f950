# By identifier, or by Auth0's id of the API.
terraform import timesheets_api.timesheets 'https://api.timesheets.example/v1'
