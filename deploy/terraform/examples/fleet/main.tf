# A hub and two members: forty clusters in three accounts, drained by one function (docs/many-clusters.md).
# Each cluster also needs deploy/rbac.yaml: modules/cluster with a provider for it, or kubectl in the pipeline that makes clusters.
provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "blue"
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::222233334444:role/deploy"
  }
}

provider "aws" {
  alias  = "green"
  region = "eu-central-1"
  assume_role {
    role_arn = "arn:aws:iam::333344445555:role/deploy"
  }
}

variable "external_id" {
  description = "What the function names when it assumes a member's role."
  type        = string
}

locals {
  hub = [for number in range(1, 11) : "hub-${number}"]
}

module "node_drainer" {
  source = "../.."

  # A release; the digest is beside it: openssl dgst -sha256 -binary drainer-arm64.zip | base64
  package_url    = "https://releases.example.com/node-drainer/0.2.0/drainer-arm64.zip"
  package_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  architecture   = "arm64"

  cluster_names = local.hub
  # A fixed name keeps the ARN that the members trust.
  role_name               = "node-drainer"
  accounts                = ["111122223333", "222233334444", "333344445555"]
  assume_role_name        = "node-drainer"
  assume_role_external_id = var.external_id

  lifecycle_hooks          = ["node-drainer"]
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/platform-boundary"
  alarm_topic_arn          = "arn:aws:sns:eu-central-1:111122223333:on-call"
  runbook_url              = "https://wiki.example.com/node-drainer/operating"
  log_retention_days       = 90
  dry_run                  = true
  tags                     = { team = "platform" }
}

module "blue" {
  source    = "../../modules/member"
  providers = { aws = aws.blue }

  hub_role_arn      = module.node_drainer.role_arn
  hub_event_bus_arn = module.node_drainer.event_bus_arn
  external_id       = var.external_id
  cluster_names     = [for number in range(1, 16) : "blue-${number}"]
}

module "green" {
  source    = "../../modules/member"
  providers = { aws = aws.green }

  hub_role_arn      = module.node_drainer.role_arn
  hub_event_bus_arn = module.node_drainer.event_bus_arn
  external_id       = var.external_id
  cluster_names     = [for number in range(1, 16) : "green-${number}"]
}
