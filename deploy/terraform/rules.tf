# ---- One rule for each kind of interruption ----------------------------------------------------------------------------

locals {
  foreign_hooks = [{ anything-but = { wildcard = ["Terminate-LC-Hook", "Launch-LC-Hook", "ecs-managed-*"] } }]

  rules = {
    SpotReclaim = {
      name        = "spot-reclaim"
      lane        = "urgent"
      action      = var.action_spot_reclaim
      description = "EC2 reclaims a Spot instance in two minutes."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Spot Instance Interruption Warning"]
      }
    }
    CapacityReclaim = {
      name        = "capacity-reclaim"
      lane        = "urgent"
      action      = var.action_capacity_reclaim
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
      lane        = "urgent"
      action      = var.action_state_change
      description = "An instance is stopping or terminating without a warning."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Instance State-change Notification"]
        detail      = { state = ["stopping", "stopped", "shutting-down", "terminated"] }
      }
    }
    RebalanceRecommendation = {
      name        = "rebalance-recommendation"
      lane        = "normal"
      action      = var.action_rebalance_recommendation
      description = "A Spot instance is at an elevated risk of interruption."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Instance Rebalance Recommendation"]
      }
    }
    ScheduledChange = {
      name        = "scheduled-change"
      lane        = "normal"
      action      = var.action_scheduled_change
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
      lane        = "normal"
      action      = var.action_termination
      description = "An instance waits in a termination hook that is not that of a managed node group or of ECS."
      pattern = {
        source      = ["aws.autoscaling"]
        detail-type = ["EC2 Instance-terminate Lifecycle Action"]
        detail      = { LifecycleHookName = local.foreign_hooks }
      }
    }
    Launch = {
      name        = "launch"
      lane        = "normal"
      action      = var.action_launch
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
  state         = each.value.action == "ignore" ? "DISABLED" : "ENABLED"
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "kind" {
  for_each  = local.rules
  rule      = aws_cloudwatch_event_rule.kind[each.key].name
  target_id = "Queue"
  arn       = each.value.lane == "urgent" ? aws_sqs_queue.urgent.arn : aws_sqs_queue.normal.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letter.arn
  }
}

# Tells the alarms' topic that a rule was disabled or changed by hand. Needs a CloudTrail trail with management events and a topic that
# lets EventBridge publish; what cannot be delivered is in the dead-letter queue, whose alarm goes off.
resource "aws_cloudwatch_event_rule" "wiring_changed" {
  count       = var.alarm_topic_arn == null ? 0 : 1
  name        = "${var.name}-wiring-changed"
  description = "A rule of this stack is disabled, deleted or loses its target."
  event_pattern = jsonencode({
    source      = ["aws.events"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["events.amazonaws.com"]
      eventName   = ["DisableRule", "DeleteRule", "RemoveTargets"]
      requestParameters = {
        "$or" = [
          { name = [{ prefix = "${var.name}-" }] },
          { rule = [{ prefix = "${var.name}-" }] },
        ]
      }
    }
  })
  tags = var.tags
}

resource "aws_cloudwatch_event_target" "wiring_changed" {
  count     = var.alarm_topic_arn == null ? 0 : 1
  rule      = aws_cloudwatch_event_rule.wiring_changed[0].name
  target_id = "Topic"
  arn       = var.alarm_topic_arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letter.arn
  }
}

# Other accounts forward their events to this account's default event bus (modules/member).
resource "aws_cloudwatch_event_permission" "member" {
  for_each     = toset(var.accounts)
  statement_id = "${var.name}-${each.value}"
  principal    = each.value
  action       = "events:PutEvents"
}
