output "client_id" {
  description = "Id the job asks for tokens with. Its secret is not here: Terraform never reads it."
  value       = timesheets_client.import_job.client_id
}

output "audience" {
  description = "Audience the job asks for."
  value       = timesheets_client_grant.import_job.audience
}

output "proof" {
  description = "What the job's token says; null without the access check."
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
