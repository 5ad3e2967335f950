terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    timesheets = {
      source = "timesheets/timesheets"
    }
    random = {
      source  = "hashicorp/random"
      version = ">= 3.7"
    }
    vault = {
      source  = "hashicorp/vault"
      version = ">= 5.0"
    }
  }
}
