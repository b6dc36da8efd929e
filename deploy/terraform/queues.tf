# ---- The two lanes: a long drain never holds up a two-minute notice ----------------------------------------------------

resource "aws_sqs_queue" "urgent" {
  name                       = "${var.name}-urgent"
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
  visibility_timeout_seconds = 150
  max_message_size           = 1048576
  message_retention_seconds  = var.queue_retention
  tags                       = var.tags
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "normal" {
  name                       = "${var.name}-normal"
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
  visibility_timeout_seconds = 150
  max_message_size           = 1048576
  message_retention_seconds  = var.queue_retention
  tags                       = var.tags
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = 5
  })
}

# Malformed messages, the function's own errors, and events that EventBridge could not deliver. docs/operating.md tells how to replay it.
resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  max_message_size          = 1048576
  message_retention_seconds = var.dead_letter_retention
  tags                      = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "urgent" {
  queue_url            = aws_sqs_queue.urgent.url
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
}

resource "aws_sqs_queue_redrive_allow_policy" "normal" {
  queue_url            = aws_sqs_queue.normal.url
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.url
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.urgent.arn, aws_sqs_queue.normal.arn]
  })
}

resource "aws_lambda_event_source_mapping" "urgent" {
  function_name                      = aws_lambda_function.drainer.function_name
  event_source_arn                   = aws_sqs_queue.urgent.arn
  batch_size                         = var.urgent_batching_window == 0 ? 10 : 50
  maximum_batching_window_in_seconds = var.urgent_batching_window
  function_response_types            = ["ReportBatchItemFailures"]
  tags                               = var.tags

  dynamic "scaling_config" {
    for_each = var.minimum_pollers == 0 ? [1] : []
    content {
      maximum_concurrency = var.urgent_maximum_concurrency
    }
  }

  dynamic "provisioned_poller_config" {
    for_each = var.minimum_pollers == 0 ? [] : [1]
    content {
      minimum_pollers = var.minimum_pollers
      maximum_pollers = var.maximum_pollers
    }
  }
}

resource "aws_lambda_event_source_mapping" "normal" {
  function_name           = aws_lambda_function.drainer.function_name
  event_source_arn        = aws_sqs_queue.normal.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  tags                    = var.tags

  dynamic "scaling_config" {
    for_each = var.minimum_pollers == 0 ? [1] : []
    content {
      maximum_concurrency = var.maximum_concurrency
    }
  }

  dynamic "provisioned_poller_config" {
    for_each = var.minimum_pollers == 0 ? [] : [1]
    content {
      minimum_pollers = var.minimum_pollers
      maximum_pollers = var.maximum_pollers
    }
  }
}

# ---- Who may send ------------------------------------------------------------------------------------------------------

locals {
  # By unique ids: a role made anew under a known name is another one.
  unknown_sender = {
    Bool = { "aws:PrincipalIsAWSService" = "false" }
    StringNotLike = {
      "aws:userid" = concat(
        ["${aws_iam_role.drainer.unique_id}:*"],
        [for role in aws_iam_role.hook_notification : "${role.unique_id}:*"],
        var.trusted_senders,
        [for id in var.trusted_senders : "${id}:*"],
      )
    }
  }
}

resource "aws_sqs_queue_policy" "urgent" {
  queue_url = aws_sqs_queue.urgent.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OurRulesMaySend"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.urgent.arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for kind, rule in local.rules : aws_cloudwatch_event_rule.kind[kind].arn if rule.lane == "urgent"] } }
      },
      {
        Sid       = "OnlyAwsAndKnownRolesMaySend"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.urgent.arn
        Condition = local.unknown_sender
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.urgent.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sqs_queue_policy" "normal" {
  queue_url = aws_sqs_queue.normal.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OurRulesMaySend"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.normal.arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for kind, rule in local.rules : aws_cloudwatch_event_rule.kind[kind].arn if rule.lane == "normal"] } }
      },
      {
        Sid       = "OnlyAwsAndKnownRolesMaySend"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.normal.arn
        Condition = local.unknown_sender
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.normal.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "UndeliverableEvents"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.dead_letter.arn
        Condition = { ArnEquals = { "aws:SourceArn" = concat([for kind, rule in local.rules : aws_cloudwatch_event_rule.kind[kind].arn], aws_cloudwatch_event_rule.wiring_changed[*].arn) } }
      },
      {
        Sid       = "OnlyAwsAndKnownRolesMaySend"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.dead_letter.arn
        Condition = local.unknown_sender
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.dead_letter.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
