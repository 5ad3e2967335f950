variable "secrets" {
  type      = map(string)
  ephemeral = true
}
