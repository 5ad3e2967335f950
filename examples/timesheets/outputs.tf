output "client_id" {
  description = "Client ID of the job. Its secret is not an output, because Terraform never reads it."
  value       = timesheets_client.import_job.client_id
}

output "audience" {
  description = "Audience of the job's tokens."
  value       = timesheets_client_grant.import_job.audience
}

output "proof" {
  description = "Result of the access check; null if it is disabled."
  value = one([for token in data.timesheets_access_check.import_job : {
    authorized         = token.authorized
    reason             = token.reason
    audience           = token.audience
    scopes             = token.scopes
    algorithm          = token.algorithm
    lifetime           = token.lifetime
    signature_verified = token.signature_verified
  }])
}
