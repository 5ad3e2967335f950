# An API gateway verifies the tokens of the job, and accepts them for one route.
data "timesheets_tenant" "current" {}

variable "gateway_id" {
  description = "ID of the gateway's HTTP API."
  type        = string
}

resource "aws_apigatewayv2_authorizer" "auth0" {
  api_id           = var.gateway_id
  name             = "auth0"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = data.timesheets_tenant.current.issuer
    audience = ["https://api.timesheets.example/v1"] # the identifier of the API
  }
}

resource "aws_apigatewayv2_route" "upload" {
  api_id               = var.gateway_id
  route_key            = "POST /timesheets/batch"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.auth0.id
  authorization_scopes = ["batch:upload"]
}
