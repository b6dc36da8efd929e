# One cluster and its groups, beginning with a dry run. Build the zip first: make zip
provider "aws" {
  region = "eu-central-1"
}

data "aws_eks_cluster" "this" {
  name = "my-cluster"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", data.aws_eks_cluster.this.name]
  }
}

module "node_drainer" {
  source = "../.."

  package_path  = "${path.module}/../../../../artifacts/drainer-x86_64.zip"
  cluster_names = ["my-cluster"]
  # Every interruption is logged with what would have been done. Set it to false when the log looks right.
  dry_run = true
}

module "in_my_cluster" {
  source = "../../modules/cluster"
}

# A hook makes each scale-in wait for the function, so the hooks come last, once dry_run is false.
module "workers" {
  source   = "../../modules/group"
  for_each = toset(["workers-a", "workers-b"])

  auto_scaling_group_name = each.key
  create_termination_hook = false
}

output "plan_command" {
  value = module.node_drainer.plan_command
}
