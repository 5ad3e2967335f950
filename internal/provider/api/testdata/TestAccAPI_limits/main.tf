variable "prefix" { type = string }

locals {
  # 600 characters, with characters that need escaping in paths and queries
  start = "urn:${var.prefix}:a/b%2Fc?d=e&f#g::ü"
}

resource "timesheets_api" "test" {
  name       = format("%s %s", var.prefix, join("", [for i in range(199 - length(var.prefix)) : "é"]))
  identifier = format("%s%s", local.start, join("", [for i in range(600 - length(local.start)) : "x"]))
  scopes = merge(
    { for i in range(998) : "scope:${i}" => "Scope ${i}" },
    { join("", [for i in range(280) : "s"]) = join("", [for i in range(500) : "ü"]) },
    { "naïve:✓" = null },
  )
  token_lifetime         = 2592000
  token_lifetime_for_web = 2592000
}
