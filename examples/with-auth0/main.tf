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
locals {
  applications = {
    web = {
      name        = "Timesheets SPA"
      app_type    = "spa"
      callbacks   = ["https://timesheets.example/callback"]
      web_origins = ["https://timesheets.example"]
    }
    mobile = {
      name        = "Timesheets Mobile"
      app_type    = "native"
      callbacks   = ["https://timesheets.example/android/callback"]
      web_origins = null
    }
  }
}

resource "auth0_client" "application" {
  for_each = local.applications

  name            = each.value.name
  app_type        = each.value.app_type
  oidc_conformant = true
  grant_types     = ["authorization_code", "refresh_token"]
  callbacks       = each.value.callbacks
  web_origins     = each.value.web_origins
}

# What each application may request for a user. The roles of the user decide which of it the token contains.
resource "timesheets_client_grant" "users" {
  for_each = auth0_client.application

  client_id    = each.value.client_id
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
