# What has a counterpart moves: the state of the old resource becomes that of the new one.
moved {
  from = auth0_resource_server.timesheets
  to   = timesheets_api.timesheets
}

moved {
  from = auth0_resource_server.payroll
  to   = timesheets_api.payroll
}

moved {
  from = auth0_resource_server_scope.read_payroll
  to   = timesheets_api_scope.read_payroll
}

moved {
  from = auth0_client.import_job
  to   = timesheets_client.import_job
}

moved {
  from = auth0_client_grant.import_job
  to   = timesheets_client_grant.import_job
}

# What became an argument of another resource is let go of: nothing happens to it in the tenant.
removed {
  from = auth0_resource_server_scopes.timesheets
  lifecycle {
    destroy = false
  }
}

removed {
  from = auth0_client_credentials.import_job
  lifecycle {
    destroy = false
  }
}
