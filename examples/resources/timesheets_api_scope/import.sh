# By the identifier of the API and the value of the scope, separated by one space.
terraform import timesheets_api_scope.upload 'https://api.timesheets.example/v1 batch:upload'
