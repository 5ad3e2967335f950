# An API gateway verifies the tokens of the job, and accepts them for one route.
data "timesheets_tenant" "current" {}

resource "aws_apigatewayv2_api" "timesheets" {
  name          = "timesheets"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_authorizer" "auth0" {
  api_id           = aws_apigatewayv2_api.timesheets.id
  name             = "auth0"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = data.timesheets_tenant.current.issuer
    audience = ["https://api.timesheets.example/v1"] # the identifier of the API
  }
}

resource "aws_apigatewayv2_route" "upload" {
  api_id               = aws_apigatewayv2_api.timesheets.id
  route_key            = "POST /timesheets/batch"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.auth0.id
  authorization_scopes = ["batch:upload"]
}
