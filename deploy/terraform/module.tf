# What a stack of template.yaml has without a parameter: its name, its tags, and where the zip comes from.

variable "name" {
  description = "Name of the function and the beginning of every other name; a second module in the same account and region needs another one."
  type        = string
  default     = "node-drainer"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,50}$", var.name))
    error_message = "name is at most 51 letters, digits and hyphens and begins with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can be tagged. default_tags of the provider work as well."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "package_path" {
  description = "The zip on this machine, such as artifacts/drainer-x86_64.zip of make zip. Exactly one of package_path, package_url and package_s3 is given."
  type        = string
  default     = null
}

variable "package_url" {
  description = "The zip of a release. It is downloaded with curl when its address or its digest changes, and refused if the digest differs."
  type        = string
  default     = null

  validation {
    condition     = var.package_url == null || can(regex("^https://", var.package_url))
    error_message = "package_url is an https address."
  }
}

variable "package_sha256" {
  description = "SHA-256 of the zip of package_url in base64: openssl dgst -sha256 -binary FILE | base64."
  type        = string
  default     = null

  validation {
    condition     = var.package_sha256 == null || can(regex("^[A-Za-z0-9+/]{43}=$", var.package_sha256))
    error_message = "package_sha256 is a SHA-256 in base64."
  }
}

variable "package_s3" {
  description = "The zip in a bucket of this region."
  type = object({
    bucket         = string
    key            = string
    object_version = optional(string)
  })
  default = null
}
