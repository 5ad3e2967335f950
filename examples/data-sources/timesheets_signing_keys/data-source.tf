data "timesheets_signing_keys" "tenant" {}

output "key_ids" {
  description = "Ids of the keys that tokens of this tenant can be verified with."
  value       = data.timesheets_signing_keys.tenant.keys[*].id
}
