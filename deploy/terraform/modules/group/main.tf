# An Auto Scaling group whose instances are drained: the tag, on the group and through it on its new instances, and the termination hook.
# The hook makes each scale-in wait, at most for heartbeat_timeout if it is not completed. Create it last, when the function drains.

terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.99, < 7.0"
    }
  }
}

variable "auto_scaling_group_name" {
  description = "Name of the group."
  type        = string
  nullable    = false
}

variable "managed_tag_key" {
  description = "The tag, as in the main module."
  type        = string
  default     = "aws-node-termination-handler/managed"
  nullable    = false
}

variable "managed_tag_value" {
  description = "Its value."
  type        = string
  default     = "true"
  nullable    = false
}

variable "create_termination_hook" {
  description = "Create the hook that makes Auto Scaling wait for the drain. Without it a scale-in gives no notice."
  type        = bool
  default     = true
  nullable    = false
}

variable "create_launch_hook" {
  description = "Create a hook that makes Auto Scaling wait until a new node is Ready."
  type        = bool
  default     = false
  nullable    = false
}

variable "hook_name" {
  description = "Name of the termination hook; the launch hook has the same with -launch."
  type        = string
  default     = "node-drainer"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_/-]{1,200}$", var.hook_name))
    error_message = "hook_name is at most 200 letters, digits and _-/."
  }
}

variable "heartbeat_timeout" {
  description = "Seconds after which Auto Scaling goes on if no heartbeat comes."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.heartbeat_timeout >= 30 && var.heartbeat_timeout <= 7200 && floor(var.heartbeat_timeout) == var.heartbeat_timeout
    error_message = "heartbeat_timeout is 30 to 7200."
  }
}

variable "tags" {
  description = "Further tags of the group that the function reads, such as node-drainer/NAME."
  type        = map(string)
  default     = {}
  nullable    = false
}

resource "aws_autoscaling_group_tag" "managed" {
  autoscaling_group_name = var.auto_scaling_group_name

  tag {
    key                 = var.managed_tag_key
    value               = var.managed_tag_value
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_group_tag" "setting" {
  for_each               = var.tags
  autoscaling_group_name = var.auto_scaling_group_name

  tag {
    key                 = each.key
    value               = each.value
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_lifecycle_hook" "termination" {
  count                  = var.create_termination_hook ? 1 : 0
  name                   = var.hook_name
  autoscaling_group_name = var.auto_scaling_group_name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = var.heartbeat_timeout
  default_result         = "CONTINUE"

  # The tag is what lets the function complete the hook.
  depends_on = [aws_autoscaling_group_tag.managed]
}

resource "aws_autoscaling_lifecycle_hook" "launch" {
  count                  = var.create_launch_hook ? 1 : 0
  name                   = "${var.hook_name}-launch"
  autoscaling_group_name = var.auto_scaling_group_name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_LAUNCHING"
  heartbeat_timeout      = var.heartbeat_timeout
  default_result         = "CONTINUE"

  depends_on = [aws_autoscaling_group_tag.managed]
}

output "hook_name" {
  description = "The termination hook; null without one."
  value       = one(aws_autoscaling_lifecycle_hook.termination[*].name)
}
