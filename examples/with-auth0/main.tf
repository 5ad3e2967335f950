# This provider manages the API, its scopes, the job, and who may request tokens.
resource "timesheets_api" "timesheets" {
  name             = "Timesheets API"
  identifier       = "https://api.timesheets.example/v1"
  enforce_policies = true
  token_dialect    = "access_token_authz"

  scopes = {
    "batch:upload"       = "Upload timesheets in bulk"
    "read:timesheets"    = "Read timesheets"
    "create:timesheets"  = "Create timesheets"
    "delete:timesheets"  = "Delete timesheets"
    "approve:timesheets" = "Approve timesheets"
  }

  # Applications get tokens for users only with a client grant, too.
  subject_type_authorization = {
    user   = "require_client_grant"
    client = "require_client_grant"
  }
}

resource "timesheets_client" "import_job" {
  name = "Timesheets Import Job"
}

resource "timesheets_client_grant" "import_job" {
  client_id = timesheets_client.import_job.client_id
  audience  = timesheets_api.timesheets.identifier
  scopes    = ["batch:upload"]
}

# auth0/auth0 manages the applications with a login, and the roles of their users.
resource "auth0_client" "web" {
  name            = "Timesheets SPA"
  app_type        = "spa"
  oidc_conformant = true
  grant_types     = ["authorization_code", "refresh_token"]
  callbacks       = ["https://timesheets.example/callback"]
  web_origins     = ["https://timesheets.example"]
}

resource "auth0_client" "mobile" {
  name            = "Timesheets Mobile"
  app_type        = "native"
  oidc_conformant = true
  grant_types     = ["authorization_code", "refresh_token"]
  callbacks       = ["https://timesheets.example/android/callback"]
}

# What both applications may request for a user. The roles of the user decide which of it the token contains.
resource "timesheets_client_grant" "users" {
  for_each = { web = auth0_client.web.client_id, mobile = auth0_client.mobile.client_id }

  client_id    = each.value
  audience     = timesheets_api.timesheets.identifier
  subject_type = "user"
  scopes       = [for s in keys(timesheets_api.timesheets.scopes) : s if endswith(s, ":timesheets")]
}

locals {
  roles = {
    Employee = ["read:timesheets", "create:timesheets", "delete:timesheets"]
    Manager  = [for s in keys(timesheets_api.timesheets.scopes) : s if endswith(s, ":timesheets")]
  }
}

resource "auth0_role" "timesheets" {
  for_each = local.roles

  name        = each.key
  description = "${each.key} in the timesheets system"
}

resource "auth0_role_permissions" "timesheets" {
  for_each = local.roles

  role_id = auth0_role.timesheets[each.key].id

  dynamic "permissions" {
    for_each = each.value

    content {
      name                       = permissions.value
      resource_server_identifier = timesheets_api.timesheets.identifier
    }
  }
}
