variable "description" {
  type    = string
  default = "first"
}

locals {
  identifiers = toset([
    "https://api.example/a/b?c=d&e=%2F#f",
    "https://api.example",
    "https://api.example/",
    "https://API.example",
    "urn:stundenzettel:größe:時刻",
    "100%",
    "../clients",
    join("", ["https://long.example/", join("", [for n in range(579) : "x"])]),
  ])
}

resource "timesheets_api" "odd" {
  for_each   = local.identifiers
  name       = "Größe 時刻 100% \"quoted\" 'n' \\ back"
  identifier = each.value
  scopes     = { "lesen:größe/時刻%20" = var.description }
}

resource "timesheets_client" "odd" {
  name        = "Größe 時刻 100% /?# \"quoted\""
  description = "${var.description} é 時刻 %2F"
}

resource "timesheets_client_grant" "odd" {
  for_each  = local.identifiers
  client_id = timesheets_client.odd.client_id
  audience  = timesheets_api.odd[each.value].identifier
  scopes    = ["lesen:größe/時刻%20"]
}
