variable "prefix" { type = string }

resource "timesheets_client" "test" {
  count       = 3
  name        = "${var.prefix} job"
  description = format("%s", join("", [for i in range(140) : "ü"]))
  client_metadata = merge(
    { for i in range(9) : "key ${i}" => "ünïcode ✓ ${count.index}" },
    { join("", [for i in range(255) : "k"]) = join("", [for i in range(255) : "v"]) },
  )
}
