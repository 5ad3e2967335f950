variable "own_client" {
  type = string
}

variable "management_api" {
  type = string
}

variable "grant_types" {
  type    = set(string)
  default = ["client_credentials"]
}

variable "granted" {
  type = set(string)
}

variable "system_name" {
  type    = string
  default = "Auth0 Management API"
}

import {
  to = timesheets_client.own
  id = var.own_client
}

import {
  to = timesheets_client_grant.own
  id = "${var.own_client} ${var.management_api}"
}

import {
  to = timesheets_api.management
  id = var.management_api
}

resource "timesheets_client" "own" {
  name        = "Terraform"
  grant_types = var.grant_types
}

resource "timesheets_client_grant" "own" {
  client_id = var.own_client
  audience  = var.management_api
  scopes    = var.granted
}

resource "timesheets_api" "management" {
  name       = var.system_name
  identifier = var.management_api
}
