# Beside AWS Node Termination Handler: NTH keeps its queue, its tag and its hooks; this function takes one group after the other by a tag of its own.
# A group that moves loses NTH's tag and hook and gets these (docs/migrating-from-nth.md).
provider "aws" {
  region = "eu-central-1"
}

module "node_drainer" {
  source = "../.."

  package_path    = "${path.module}/../../../../artifacts/drainer-x86_64.zip"
  cluster_names   = ["my-cluster"]
  managed_tag_key = "node-drainer/managed"
  # Only the hook of this function is completed, whatever hooks NTH has on the same group.
  lifecycle_hooks = ["node-drainer"]
  # Every interruption is logged with what would have been done; the first group goes live by tags = { "node-drainer/DRY_RUN" = "false" } (docs/rollout.md).
  dry_run = true
}

# A hook makes each scale-in wait for the function, so it comes once the group is live: create_termination_hook = true.
module "first_group" {
  source = "../../modules/group"

  auto_scaling_group_name = "workers-a"
  managed_tag_key         = "node-drainer/managed"
  create_termination_hook = false
}
