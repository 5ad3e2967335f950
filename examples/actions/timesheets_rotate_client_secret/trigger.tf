# Rotates the secret of the job whenever the variable changes.
variable "rotation" {
  description = "Any text. A change rotates the secret."
  type        = string
  default     = "2026-11"
}

resource "terraform_data" "rotation" {
  input = var.rotation

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.timesheets_rotate_client_secret.import_job]
    }
  }
}
