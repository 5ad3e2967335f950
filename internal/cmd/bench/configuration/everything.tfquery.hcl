# What "terraform query" looks for: all that the tenant holds, far beyond what one page does.

list "timesheets_api" "all" {
  provider         = timesheets
  limit            = 1000
  include_resource = true
}

list "timesheets_client" "all" {
  provider         = timesheets
  limit            = 1000
  include_resource = true
}

list "timesheets_client_grant" "all" {
  provider         = timesheets
  limit            = 1000
  include_resource = true
}
