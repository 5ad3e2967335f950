# Resources with a counterpart are moved: the state of the old resource becomes the state of the new one.
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

# Resources that are an argument of another resource now are removed from the state. Nothing changes in the tenant.
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
