# ---- Alarms: what each means and what to do is in docs/operating.md ----------------------------------------------------

locals {
  topic    = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  function = { FunctionName = aws_lambda_function.drainer.function_name }

  alarms = merge({
    DeadLetter = {
      severity   = "warning"
      text       = "A message could not be handled, or EventBridge could not deliver one."
      section    = "dead-letters"
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = aws_sqs_queue.dead_letter.name }
      statistic  = "Maximum"
    }
    NormalQueueAge = {
      severity   = "warning"
      text       = "A message is older than its longest delay and one invocation together."
      section    = "old-messages"
      namespace  = "AWS/SQS"
      metric     = "ApproximateAgeOfOldestMessage"
      dimensions = { QueueName = aws_sqs_queue.normal.name }
      statistic  = "Maximum"
      period     = 300
      threshold  = 1800
    }
    Errors = {
      severity   = "warning"
      text       = "An invocation crashed, ran out of time or could not start."
      section    = "errors"
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = local.function
      statistic  = "Sum"
    }
    Throttles = {
      severity   = "critical"
      text       = "Lambda throttles invocations; the available concurrency is used up."
      section    = "throttles"
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = local.function
      statistic  = "Sum"
      periods    = 3
      of_periods = 2
    }
    DeadlineMissed = {
      severity   = "warning"
      text       = "A deadline passed with pods remaining on a node."
      section    = "deadline-missed"
      namespace  = var.metrics_namespace
      metric     = "DeadlineMissed"
      dimensions = local.function
      statistic  = "Sum"
    }
    ClusterUnreachable = {
      severity   = "critical"
      text       = "A cluster cannot be reached or denies access; its nodes are not drained."
      section    = "cluster-unreachable"
      namespace  = var.metrics_namespace
      metric     = "ClusterUnreachable"
      dimensions = local.function
      statistic  = "Sum"
    }
    Liveness = {
      severity   = "critical"
      text       = "The function has not run although its sweep schedule is enabled."
      section    = "liveness"
      namespace  = "AWS/Lambda"
      metric     = "Invocations"
      dimensions = local.function
      statistic  = "Sum"
      period     = var.liveness_period
      comparison = "LessThanThreshold"
      threshold  = 1
      # Without an invocation there is no data. Without a schedule that is no sign of anything.
      missing = local.sweeps ? "breaching" : "notBreaching"
    }
    }, var.create_check_alarm ? {
    CheckProblems = {
      severity   = "warning"
      text       = "A check found a problem of the set-up."
      section    = "check-problems"
      namespace  = var.metrics_namespace
      metric     = "CheckProblems"
      dimensions = local.function
      statistic  = "Maximum"
      period     = 3600
      # Between two checks there is no data, and a problem is not solved by that.
      missing = "ignore"
    }
  } : {})
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.value.severity}-${each.key}"
  alarm_description   = "${each.value.text} Runbook: ${var.runbook_url}#${each.value.section}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = try(each.value.period, 60)
  evaluation_periods  = try(each.value.periods, 1)
  datapoints_to_alarm = try(each.value.of_periods, null)
  threshold           = try(each.value.threshold, 0)
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = local.topic
  ok_actions          = local.topic
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "urgent_queue_age" {
  alarm_name          = "${var.name}-critical-UrgentQueueAge"
  alarm_description   = "A two-minute notice has been waiting in the urgent queue for more than 60 s. Runbook: ${var.runbook_url}#old-messages"
  evaluation_periods  = 1
  threshold           = 60
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.topic
  ok_actions          = local.topic
  tags                = var.tags

  # A message that is being worked on is still the oldest one, hence the second metric: only while messages wait does an age count.
  metric_query {
    id          = "waiting"
    expression  = "IF(visible > 0, age, 0)"
    label       = "Seconds that a two-minute notice has been waiting"
    return_data = true
  }

  metric_query {
    id          = "age"
    return_data = false

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = aws_sqs_queue.urgent.name }
      period      = 60
      stat        = "Maximum"
    }
  }

  metric_query {
    id          = "visible"
    return_data = false

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = aws_sqs_queue.urgent.name }
      period      = 60
      stat        = "Minimum"
    }
  }
}

# ---- Questions for the log; they appear in Logs Insights under the module's name ---------------------------------------

resource "aws_cloudwatch_query_definition" "query" {
  for_each        = local.queries
  name            = "${var.name}/${each.value.name}"
  log_group_names = [aws_cloudwatch_log_group.drainer.name]
  query_string    = each.value.text
}

# ---- At a glance -------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_dashboard" "dashboard" {
  count          = var.create_dashboard ? 1 : 0
  dashboard_name = var.name
  dashboard_body = templatefile("${path.module}/dashboard.json.tftpl", {
    namespace = var.metrics_namespace
    region    = local.region
    function  = aws_lambda_function.drainer.function_name
    urgent    = aws_sqs_queue.urgent.name
    normal    = aws_sqs_queue.normal.name
    dead      = aws_sqs_queue.dead_letter.name
    alarms    = merge({ UrgentQueueAge = aws_cloudwatch_metric_alarm.urgent_queue_age.arn }, { for name, alarm in aws_cloudwatch_metric_alarm.alarm : name => alarm.arn })
  })
}
