# ---- The role that the function assumes: what the function's own role may do to instances, groups and clusters ---------

locals {
  hook_actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"]
  every_group  = "arn:${local.partition}:autoscaling:*:${local.account}:autoScalingGroup:*:autoScalingGroupName/*"
  hooks_policy = length(var.auto_scaling_group_arns) > 0 ? "HooksOfNamedGroups" : var.check_tag_before_draining ? "HooksOfTaggedGroups" : "HooksOfAnyGroup"

  policies = {
    Look = {
      wanted = true
      statements = [
        {
          Effect = "Allow"
          Action = [
            "ec2:DescribeInstances",
            "ec2:DescribeInstanceStatus",
            "ec2:DescribeCapacityReservations",
            "ec2:DescribeSpotInstanceRequests",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLifecycleHooks",
            "autoscaling:DescribeWarmPool",
          ]
          Resource  = "*"
          Condition = { StringEquals = { "aws:RequestedRegion" = length(var.regions) > 0 ? var.regions : [local.region] } }
        },
        {
          Effect   = "Allow"
          Action   = "eks:DescribeCluster"
          Resource = length(var.cluster_names) > 0 ? [for name in var.cluster_names : "arn:*:eks:*:*:cluster/${name}"] : ["arn:${local.partition}:eks:*:${local.account}:cluster/*"]
        },
      ]
    }
    HooksOfTaggedGroups = {
      wanted = local.hooks_policy == "HooksOfTaggedGroups"
      statements = [
        {
          Effect   = "Allow"
          Action   = local.hook_actions
          Resource = local.every_group
          Condition = {
            (var.managed_tag_value == null ? "Null" : "StringEquals") = {
              "aws:ResourceTag/${var.managed_tag_key}" = var.managed_tag_value == null ? "false" : var.managed_tag_value
            }
          }
        },
      ]
    }
    HooksOfNamedGroups = {
      wanted = local.hooks_policy == "HooksOfNamedGroups"
      statements = [
        {
          Effect   = "Allow"
          Action   = local.hook_actions
          Resource = var.auto_scaling_group_arns
        },
      ]
    }
    HooksOfAnyGroup = {
      wanted = local.hooks_policy == "HooksOfAnyGroup"
      statements = [
        {
          Effect   = "Allow"
          Action   = local.hook_actions
          Resource = local.every_group
        },
      ]
    }
  }
}

resource "aws_iam_role" "member" {
  count                = var.create_role ? 1 : 0
  name                 = var.role_name
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  # The account as principal and the role's ARN as a condition: a principal that names a role holds its unique id, and stops
  # matching when the hub's role is created again.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${split(":", var.hub_role_arn)[4]}:root" }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "sts:ExternalId" = var.external_id }
          ArnEquals    = { "aws:PrincipalArn" = var.hub_role_arn }
        }
      },
    ]
  })

  lifecycle {
    precondition {
      condition     = var.check_tag_before_draining || var.managed_tag_value == null
      error_message = "managed_tag_value does nothing while check_tag_before_draining is false."
    }
  }
}

resource "aws_iam_role_policy" "member" {
  for_each = toset(var.create_role ? [for name, policy in local.policies : name if policy.wanted] : [])
  name     = each.value
  role     = aws_iam_role.member[0].name
  policy   = jsonencode({ Version = "2012-10-17", Statement = local.policies[each.value].statements })
}

resource "aws_eks_access_entry" "cluster" {
  for_each          = var.create_access_entries && var.create_role ? toset(var.cluster_names) : toset([])
  cluster_name      = each.value
  principal_arn     = aws_iam_role.member[0].arn
  kubernetes_groups = ["node-drainer"]
  tags              = var.tags
}
