# ---- The events: the patterns of the main module, to the hub's event bus -----------------------------------------------

locals {
  foreign_hooks = [{ anything-but = { wildcard = ["Terminate-LC-Hook", "Launch-LC-Hook", "ecs-managed-*"] } }]

  rules = {
    SpotReclaim = {
      name        = "spot-reclaim"
      forward     = var.forward_spot_reclaim
      description = "EC2 reclaims a Spot instance in two minutes."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Spot Instance Interruption Warning"]
      }
    }
    CapacityReclaim = {
      name        = "capacity-reclaim"
      forward     = var.forward_capacity_reclaim
      description = "An interruptible capacity reservation reclaims its instance, or a Capacity Block ends."
      pattern = {
        source = ["aws.ec2"]
        detail-type = [
          "EC2 Capacity Reservation Instance Interruption Warning",
          "EC2 Interruptible Capacity Reservation Instance Interruption Warning",
          "Capacity Block Expiration Warning",
          "Capacity Block Reservation Expiration Warning",
        ]
      }
    }
    StateChange = {
      name        = "state-change"
      forward     = var.forward_state_change
      description = "An instance is stopping or terminating without a warning."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Instance State-change Notification"]
        detail      = { state = ["stopping", "stopped", "shutting-down", "terminated"] }
      }
    }
    RebalanceRecommendation = {
      name        = "rebalance-recommendation"
      forward     = var.forward_rebalance_recommendation
      description = "A Spot instance is at an elevated risk of interruption."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Instance Rebalance Recommendation"]
      }
    }
    ScheduledChange = {
      name        = "scheduled-change"
      forward     = var.forward_scheduled_change
      description = "AWS Health announces maintenance or retirement of instances."
      pattern = {
        source      = ["aws.health"]
        detail-type = ["AWS Health Event"]
        detail = {
          service           = ["EC2"]
          eventTypeCategory = ["scheduledChange"]
        }
      }
    }
    Termination = {
      name        = "termination"
      forward     = var.forward_termination
      description = "An instance waits in a termination hook that is not that of a managed node group or of ECS."
      pattern = {
        source      = ["aws.autoscaling"]
        detail-type = ["EC2 Instance-terminate Lifecycle Action"]
        detail      = { LifecycleHookName = local.foreign_hooks }
      }
    }
    Launch = {
      name        = "launch"
      forward     = var.forward_launch
      description = "An instance waits in a launch hook that is not that of a managed node group or of ECS."
      pattern = {
        source      = ["aws.autoscaling"]
        detail-type = ["EC2 Instance-launch Lifecycle Action"]
        detail      = { LifecycleHookName = local.foreign_hooks }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "kind" {
  for_each      = local.rules
  name          = "${var.name}-${each.value.name}"
  description   = each.value.description
  state         = each.value.forward ? "ENABLED" : "DISABLED"
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "kind" {
  for_each  = local.rules
  rule      = aws_cloudwatch_event_rule.kind[each.key].name
  target_id = "Hub"
  arn       = var.hub_event_bus_arn
  role_arn  = aws_iam_role.forward.arn

  dead_letter_config {
    arn = aws_sqs_queue.forward_dead_letter.arn
  }
}

resource "aws_iam_role" "forward" {
  name_prefix          = "${substr(var.name, 0, 28)}-forward-"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_iam_role_policy" "forward" {
  name = "SendToTheHub"
  role = aws_iam_role.forward.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = var.hub_event_bus_arn }]
  })
}

# What EventBridge could not forward in a day: a wrong bus, or a hub that does not let this account send.
resource "aws_sqs_queue" "forward_dead_letter" {
  name                      = "${var.name}-not-forwarded"
  sqs_managed_sse_enabled   = true
  max_message_size          = 1048576
  message_retention_seconds = 1209600
  tags                      = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "forward_dead_letter" {
  queue_url            = aws_sqs_queue.forward_dead_letter.url
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
}

resource "aws_sqs_queue_policy" "forward_dead_letter" {
  queue_url = aws_sqs_queue.forward_dead_letter.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "UndeliverableEvents"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.forward_dead_letter.arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for kind, rule in local.rules : aws_cloudwatch_event_rule.kind[kind].arn] } }
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.forward_dead_letter.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "not_forwarded" {
  alarm_name          = "${var.name}-critical-NotForwarded"
  alarm_description   = "Events of this account did not reach the hub. Look at the queue ForwardDeadLetterQueue; each message has the reason in its attributes ERROR_CODE and ERROR_MESSAGE."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.forward_dead_letter.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions          = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  tags                = var.tags
}

output "role_arn" {
  description = "The identity to let into each cluster of this account, with the group node-drainer; null without create_role."
  value       = one(aws_iam_role.member[*].arn)
}

output "next_step" {
  description = "Run this once with kubectl pointed at each cluster of this account, or use modules/cluster."
  value       = "kubectl apply -f deploy/rbac.yaml -f deploy/admission.yaml"
}

output "dead_letter_queue_url" {
  description = "Must be empty. Events that could not be forwarded."
  value       = aws_sqs_queue.forward_dead_letter.url
}
