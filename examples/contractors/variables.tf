variable "contractors" {
  description = "IDs of the organizations of the contractors, by name. `auth0/auth0` or the dashboard manages the organizations."
  type        = map(string)
}
