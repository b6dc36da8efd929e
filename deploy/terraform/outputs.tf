output "version" {
  description = "The version of this module; the log's first line names that of the function."
  value       = "0.2.0"
}

output "function_name" {
  description = "The function. Invoke it to see what a drain would do (docs/operating.md), with the payload {\"plan\":{\"instance\":\"i-...\"}}."
  value       = aws_lambda_function.drainer.function_name
}

output "role_arn" {
  description = "The role that needs access to each cluster. For clusters in CONFIG_MAP mode see docs/security.md."
  value       = aws_iam_role.drainer.arn
}

output "next_step" {
  description = "Run this once with kubectl pointed at each cluster, or use modules/cluster."
  value       = "kubectl apply -f deploy/rbac.yaml -f deploy/admission.yaml"
}

output "hook_next_step" {
  description = "Once dry_run is false, run this for each Auto Scaling group that has no termination hook yet, or use modules/group. The group must carry the tag of managed_tag_key."
  value       = "aws autoscaling put-lifecycle-hook --region ${local.region} --auto-scaling-group-name GROUP --lifecycle-hook-name node-drainer --lifecycle-transition autoscaling:EC2_INSTANCE_TERMINATING --heartbeat-timeout 300 --default-result CONTINUE"
}

output "plan_command" {
  description = "Shows what a drain of an instance would do, and writes nothing."
  value       = "aws lambda invoke --region ${local.region} --function-name ${aws_lambda_function.drainer.function_name} --cli-binary-format raw-in-base64-out --payload '{\"plan\":{\"instance\":\"i-0123456789abcdef0\"}}' answer.json && cat answer.json"
}

output "urgent_queue_url" {
  description = "Queue of the short notices."
  value       = aws_sqs_queue.urgent.url
}

output "normal_queue_url" {
  description = "Queue of all other messages."
  value       = aws_sqs_queue.normal.url
}

output "normal_queue_arn" {
  description = "NotificationTargetARN for hooks that notify the queue directly."
  value       = aws_sqs_queue.normal.arn
}

output "hook_notification_role_arn" {
  description = "RoleARN for hooks that notify the queue directly; null without create_hook_notification_role."
  value       = one(aws_iam_role.hook_notification[*].arn)
}

output "dead_letter_queue_url" {
  description = "Must be empty. docs/operating.md describes how to inspect and redrive it."
  value       = aws_sqs_queue.dead_letter.url
}

output "dead_letter_queue_arn" {
  description = "The source of a redrive (docs/operating.md)."
  value       = aws_sqs_queue.dead_letter.arn
}

output "urgent_mapping_id" {
  description = "Event source mapping of the queue of short notices."
  value       = aws_lambda_event_source_mapping.urgent.uuid
}

output "normal_mapping_id" {
  description = "Event source mapping of the other queue."
  value       = aws_lambda_event_source_mapping.normal.uuid
}

output "log_group_name" {
  description = "The log, for aws logs tail."
  value       = aws_cloudwatch_log_group.drainer.name
}

output "event_bus_arn" {
  description = "Where the rules of the other accounts send (modules/member)."
  value       = length(var.accounts) == 0 ? null : "arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"
}

output "dashboard_url" {
  description = "The dashboard; null without create_dashboard."
  value       = var.create_dashboard ? "https://${lookup(local.consoles, local.partition, "console.aws.amazon.com")}/cloudwatch/home?region=${local.region}#dashboards:name=${var.name}" : null
}
