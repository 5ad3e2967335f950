# By the identifier of the API and the value, with one blank between them.
terraform import timesheets_api_scope.upload 'https://api.timesheets.example/v1 batch:upload'
