# ---- The function ------------------------------------------------------------------------------------------------------

locals {
  downloaded = var.package_url == null ? null : "${path.root}/.terraform/${var.name}-${var.architecture}.zip"
  in_vpc     = length(var.subnet_ids) > 0
  sweeps     = var.sweep_schedule != ""
  checks     = var.check_schedule != null
}

resource "terraform_data" "package" {
  count            = var.package_url == null ? 0 : 1
  triggers_replace = [var.package_url, var.package_sha256]

  provisioner "local-exec" {
    environment = {
      URL    = var.package_url
      SHA256 = var.package_sha256
      FILE   = local.downloaded
    }
    command = "curl --fail --silent --show-error --location --output \"$FILE\" \"$URL\" && test \"$(openssl dgst -sha256 -binary \"$FILE\" | base64)\" = \"$SHA256\""
  }
}

resource "aws_lambda_function" "drainer" {
  function_name     = var.name
  description       = "Drains EKS nodes before EC2 takes them."
  filename          = var.package_path == null ? local.downloaded : var.package_path
  source_code_hash  = var.package_path == null ? var.package_sha256 : filebase64sha256(var.package_path)
  s3_bucket         = try(var.package_s3.bucket, null)
  s3_key            = try(var.package_s3.key, null)
  s3_object_version = try(var.package_s3.object_version, null)
  runtime           = "provided.al2023"
  handler           = "bootstrap"
  architectures     = [var.architecture]
  memory_size       = var.memory_size
  # Short, because a function that dies before its first call costs the queue's visibility; a long drain hands itself over.
  timeout                        = 120
  reserved_concurrent_executions = var.reserved_concurrency == 0 ? -1 : var.reserved_concurrency
  role                           = aws_iam_role.drainer.arn
  kms_key_arn                    = var.kms_key_arn
  tags                           = var.tags

  logging_config {
    log_group  = aws_cloudwatch_log_group.drainer.name
    log_format = "JSON"
    # LOG_LEVEL decides in the function; Lambda filters nothing more.
    application_log_level = "TRACE"
    system_log_level      = "INFO"
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [1] : []
    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  environment {
    variables = local.environment
  }

  # The role's policies are needed when Lambda first uses the role.
  depends_on = [aws_iam_role_policy.drainer, terraform_data.package]

  lifecycle {
    precondition {
      condition     = length([for one in [var.package_path, var.package_url, var.package_s3] : one if one != null]) == 1
      error_message = "Exactly one of package_path, package_url and package_s3 is given."
    }
    precondition {
      condition     = var.package_url == null || var.package_sha256 != null
      error_message = "package_url needs package_sha256."
    }
    precondition {
      condition     = (length(var.subnet_ids) == 0) == (length(var.security_group_ids) == 0)
      error_message = "subnet_ids and security_group_ids are given together or not at all."
    }
    precondition {
      condition     = var.assume_role_name == null || length(var.accounts) > 0
      error_message = "assume_role_name is the role in the accounts of accounts; name them (docs/many-clusters.md)."
    }
    precondition {
      condition     = length(var.accounts) == 0 || var.assume_role_name != null
      error_message = "Without assume_role_name only this account can be reached; leave accounts empty (docs/many-clusters.md)."
    }
    precondition {
      condition     = var.assume_role_external_id == null || var.assume_role_name != null
      error_message = "assume_role_external_id does nothing without assume_role_name."
    }
    precondition {
      condition     = var.webhook_url_parameter != null || (var.webhook_headers_parameter == null && var.webhook_template_parameter == null && var.webhook_proxy_parameter == null && !var.webhook_allow_http)
      error_message = "webhook_headers_parameter, webhook_template_parameter, webhook_proxy_parameter and webhook_allow_http do nothing without webhook_url_parameter."
    }
    precondition {
      condition     = var.minimum_pollers != 1
      error_message = "Lambda requires at least 2 provisioned pollers; 0 means none."
    }
    precondition {
      condition     = var.check_tag_before_draining || var.managed_tag_value == null
      error_message = "managed_tag_value does nothing while check_tag_before_draining is false."
    }
    precondition {
      condition     = !var.create_check_alarm || var.check_schedule != null
      error_message = "create_check_alarm does nothing without check_schedule."
    }
    precondition {
      condition     = var.emit_kubernetes_events || length(var.kubernetes_events_extra_annotations) == 0
      error_message = "kubernetes_events_extra_annotations does nothing while emit_kubernetes_events is false."
    }
  }
}

# A long drain sends its own message on through the same queue. Lambda takes that for a runaway loop and stops it after about
# sixteen hops unless it is told that the loop is meant; max_drain_duration is the bound instead.
resource "aws_lambda_function_recursion_config" "drainer" {
  function_name  = aws_lambda_function.drainer.function_name
  recursive_loop = "Allow"
}

# A sweep or a direct drain that failed is not tried again by Lambda: the next sweep is a few minutes away.
resource "aws_lambda_function_event_invoke_config" "drainer" {
  function_name                = aws_lambda_function.drainer.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 300
}

resource "aws_cloudwatch_log_group" "drainer" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  skip_destroy      = var.log_deletion_policy == "Retain"
  tags              = var.tags
}

# ---- The sweep ---------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "sweep" {
  name                = "${var.name}-sweep"
  description         = "Finds lost work and stale cordons, and finishes or undoes them."
  schedule_expression = local.sweeps ? var.sweep_schedule : "rate(1 day)"
  state               = local.sweeps ? "ENABLED" : "DISABLED"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "sweep" {
  rule      = aws_cloudwatch_event_rule.sweep.name
  target_id = "Function"
  arn       = aws_lambda_function.drainer.arn
  input     = "{\"sweep\":{}}"
}

resource "aws_lambda_permission" "sweep" {
  statement_id  = "Sweep"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.drainer.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.sweep.arn
}

# ---- The check ---------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "check" {
  name                = "${var.name}-check"
  description         = "Checks the set-up and who would be hurt by a two-minute notice."
  schedule_expression = local.checks ? var.check_schedule : "rate(1 day)"
  state               = local.checks ? "ENABLED" : "DISABLED"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "check" {
  rule      = aws_cloudwatch_event_rule.check.name
  target_id = "Function"
  arn       = aws_lambda_function.drainer.arn
  input     = "{\"check\":{}}"
}

resource "aws_lambda_permission" "check" {
  statement_id  = "Check"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.drainer.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.check.arn
}
