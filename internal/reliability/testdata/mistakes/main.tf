resource "timesheets_api" "name" {
  name       = "<API>"
  identifier = "https://a.example"
}

resource "timesheets_api" "scope_with_blank" {
  name       = "API"
  identifier = "https://b.example"
  scopes     = { "batch upload" = null }
}

resource "timesheets_api" "too_many_scopes" {
  name       = "API"
  identifier = "https://c.example"
  scopes     = { for n in range(1001) : "scope:${n}" => null }
}

resource "timesheets_api" "no_lifetime" {
  name           = "API"
  identifier     = "https://d.example"
  token_lifetime = 0
}

resource "timesheets_api" "endless_lifetime" {
  name           = "API"
  identifier     = "https://e.example"
  token_lifetime = 2592001
}

resource "timesheets_api" "longer_for_the_web" {
  name                   = "API"
  identifier             = "https://f.example"
  token_lifetime         = 600
  token_lifetime_for_web = 601
}

resource "timesheets_client" "metadata" {
  name            = "Job"
  client_metadata = { "café" = "open" }
}

resource "timesheets_client" "brackets" {
  name = "Job <1>"
}
