data "timesheets_tenant" "test" {}
