data "timesheets_signing_keys" "tenant" {}

output "key_ids" {
  description = "IDs of the keys with which tokens of this tenant are verified."
  value       = data.timesheets_signing_keys.tenant.keys[*].id
}
