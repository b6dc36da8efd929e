# ---- What the function may do ------------------------------------------------------------------------------------------

locals {
  hook_actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"]
  every_group  = "arn:${local.partition}:autoscaling:*:${local.account}:autoScalingGroup:*:autoScalingGroupName/*"

  network_actions = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ]

  # Which groups' hooks: those named, those with the tag, or all. Exactly one of the three holds.
  hooks_policy = length(var.auto_scaling_group_arns) > 0 ? "HooksOfNamedGroups" : var.check_tag_before_draining ? "HooksOfTaggedGroups" : "HooksOfAnyGroup"

  assume_role = var.assume_role_name == null ? "" : var.assume_role_name

  webhook_parameters = [for name in [var.webhook_url_parameter, var.webhook_headers_parameter, var.webhook_template_parameter, var.webhook_proxy_parameter] :
    "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${name}" if name != null
  ]

  policies = {
    Queues = {
      wanted = true
      statements = [
        # Receive, delete and attributes are for Lambda's pollers, which use this role.
        {
          Effect   = "Allow"
          Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "sqs:SendMessage"]
          Resource = [aws_sqs_queue.urgent.arn, aws_sqs_queue.normal.arn]
        },
      ]
    }
    Logs = {
      wanted = true
      statements = [
        {
          Effect = "Allow"
          Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
          # The provider's ARN lacks the wildcard that CloudFormation's has.
          Resource = "${aws_cloudwatch_log_group.drainer.arn}:*"
        },
      ]
    }
    Look = {
      wanted = true
      statements = [
        # AWS has no narrower resource for these; the region is what can be bound.
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
    # What only a check asks for: the way of the events to the function, and the alarms. The lists have no narrower resource.
    Check = {
      wanted = true
      statements = [
        {
          Effect    = "Allow"
          Action    = ["lambda:ListEventSourceMappings", "events:ListRuleNamesByTarget", "cloudwatch:DescribeAlarmsForMetric"]
          Resource  = "*"
          Condition = { StringEquals = { "aws:RequestedRegion" = local.region } }
        },
        {
          Effect   = "Allow"
          Action   = "events:DescribeRule"
          Resource = "arn:${local.partition}:events:${local.region}:${local.account}:rule/*"
        },
        {
          Effect   = "Allow"
          Action   = "sqs:GetQueueAttributes"
          Resource = aws_sqs_queue.dead_letter.arn
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
    OtherAccounts = {
      wanted = var.assume_role_name != null
      statements = [
        {
          Effect    = "Allow"
          Action    = "sts:AssumeRole"
          Resource  = "arn:${local.partition}:iam::*:role/${local.assume_role}"
          Condition = { StringEquals = { "aws:ResourceAccount" = var.accounts } }
        },
      ]
    }
    Webhook = {
      wanted = var.webhook_url_parameter != null
      statements = [
        {
          Effect   = "Allow"
          Action   = "ssm:GetParameter"
          Resource = local.webhook_parameters
        },
        {
          Effect   = "Allow"
          Action   = "kms:Decrypt"
          Resource = "arn:${local.partition}:kms:${local.region}:${local.account}:key/*"
          Condition = {
            StringEquals = {
              "kms:ViaService"                      = "ssm.${local.region}.${local.dns_suffix}"
              "kms:EncryptionContext:PARAMETER_ARN" = local.webhook_parameters
            }
          }
        },
      ]
    }
    Key = {
      wanted = var.kms_key_arn != null
      statements = [
        {
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = var.kms_key_arn
        },
      ]
    }
    NetworkInterfaces = {
      wanted = local.in_vpc
      statements = [
        {
          Effect   = "Allow"
          Action   = local.network_actions
          Resource = "*"
        },
        # Lambda attaches the function to the network with this role; the function's own code may not.
        {
          Effect    = "Deny"
          Action    = local.network_actions
          Resource  = "*"
          Condition = { ArnLike = { "lambda:SourceFunctionArn" = "arn:${local.partition}:lambda:*:${local.account}:function:*" } }
        },
      ]
    }
  }
}

resource "aws_iam_role" "drainer" {
  name                 = var.role_name
  name_prefix          = var.role_name == null ? "${substr(var.name, 0, 36)}-" : null
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_iam_role_policy" "drainer" {
  for_each = toset([for name, policy in local.policies : name if policy.wanted])
  name     = each.value
  role     = aws_iam_role.drainer.name
  policy   = jsonencode({ Version = "2012-10-17", Statement = local.policies[each.value].statements })
}

# For groups that notify the queue itself instead of going through EventBridge: name it as the hook's RoleARN.
resource "aws_iam_role" "hook_notification" {
  count                = var.create_hook_notification_role ? 1 : 0
  name_prefix          = "${substr(var.name, 0, 31)}-hook-"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "autoscaling.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_iam_role_policy" "hook_notification" {
  count = var.create_hook_notification_role ? 1 : 0
  name  = "SendToTheQueue"
  role  = aws_iam_role.hook_notification[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:GetQueueUrl"], Resource = aws_sqs_queue.normal.arn }],
      var.kms_key_arn == null ? [] : [{ Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = var.kms_key_arn }],
    )
  })
}

# ---- Who it is in each cluster: one access entry each, bound to the group of deploy/rbac.yaml --------------------------

resource "aws_eks_access_entry" "cluster" {
  for_each          = var.create_access_entries ? toset(var.cluster_names) : toset([])
  cluster_name      = each.value
  principal_arn     = aws_iam_role.drainer.arn
  kubernetes_groups = ["node-drainer"]
  tags              = var.tags
}
