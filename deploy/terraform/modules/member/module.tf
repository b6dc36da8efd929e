# An account whose nodes are drained by a function in another account: the role that it assumes, and the rules that forward events.
# The same as deploy/member-account.yaml; variables.tf is made from its parameters.

terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.99, < 7.0"
    }
  }
}

variable "name" {
  description = "The beginning of the names of rules, queue and alarm."
  type        = string
  default     = "node-drainer-member"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,37}$", var.name))
    error_message = "name is at most 38 letters, digits and hyphens and begins with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can be tagged."
  type        = map(string)
  default     = {}
  nullable    = false
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id
}
