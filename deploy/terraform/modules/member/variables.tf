# Made from the parameters of deploy/member-account.yaml by test/terraform/generate.mjs; docs/settings.md says more about each.

variable "hub_role_arn" {
  description = "ARN of the function's role, the output RoleArn of the hub's stack. Give that role a fixed name (role_name of the hub's stack), so that this ARN stays."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]{1,64}$", var.hub_role_arn))
    error_message = "hub_role_arn: allowed is the ARN of an IAM role."
  }
}

variable "hub_event_bus_arn" {
  description = "ARN of the event bus of the hub, the output EventBusArn of the hub's stack."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9._/-]+$", var.hub_event_bus_arn))
    error_message = "hub_event_bus_arn: allowed is the ARN of an event bus."
  }
}

variable "external_id" {
  description = "External id that the function has to name when it assumes the role, the same as AssumeRoleExternalId of the hub's stack."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@:/_-]{2,1224}$", var.external_id))
    error_message = "external_id: allowed is 2 to 1224 letters, digits and +=,.@:/_- as IAM allows."
  }
}

variable "create_role" {
  description = "Create the role. Roles belong to an account, not to a region; set it to false in every further region of the same account."
  type        = bool
  default     = true
  nullable    = false
}

variable "role_name" {
  description = "Name of the role, the same in every account. With role_path in front it is AssumeRoleName of the hub's stack."
  type        = string
  default     = "node-drainer"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name: allowed is the name of an IAM role, at most 64 letters, digits and +=,.@_-."
  }
}

variable "role_path" {
  description = "IAM path of the roles."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.role_path))
    error_message = "role_path: allowed is an IAM path that begins and ends with a slash, such as / or /platform/."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the roles. Empty means none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: allowed is the ARN of an IAM policy."
  }
}

variable "regions" {
  description = "Regions in which the role may describe instances and groups. Empty means this one."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.regions : can(regex("^[a-z]{2,5}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$", one))])
    error_message = "regions: allowed is region names such as eu-central-1."
  }
}

variable "cluster_names" {
  description = "Names of the clusters; the module creates an access entry in each. Empty means every cluster of this account that instance tags name (docs/many-clusters.md)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.cluster_names : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", one))])
    error_message = "cluster_names: allowed is EKS cluster names."
  }
}

variable "create_access_entries" {
  description = "Create an EKS access entry in each of cluster_names, bound to the group node-drainer. Set it to false for clusters whose authentication mode is CONFIG_MAP (docs/security.md)."
  type        = bool
  default     = true
  nullable    = false
}

variable "managed_tag_key" {
  description = "Tag key of the Auto Scaling groups whose hooks may be completed, the same as in the hub's stack."
  type        = string
  default     = "aws-node-termination-handler/managed"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.:/@+-]{1,128}$", var.managed_tag_key))
    error_message = "managed_tag_key: allowed is a tag key of letters, digits and _.:/@+- without spaces."
  }
}

variable "managed_tag_value" {
  description = "Value that the tag must have. Empty means any value."
  type        = string
  default     = null

  validation {
    condition     = var.managed_tag_value == null || can(regex("^[A-Za-z0-9_.:/@+-]{0,255}$", var.managed_tag_value))
    error_message = "managed_tag_value: allowed is a tag value of letters, digits and _.:/@+- without spaces."
  }
}

variable "check_tag_before_draining" {
  description = "Limit the permission to complete hooks to the groups that have the tag. Set it to false if the hub's stack does."
  type        = bool
  default     = true
  nullable    = false
}

variable "auto_scaling_group_arns" {
  description = "ARNs of the Auto Scaling groups whose hooks may be completed. Empty means the groups that have the tag."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.auto_scaling_group_arns : can(regex("^arn:[a-z-]+:autoscaling:[a-z0-9-]+:[0-9]{12}:autoScalingGroup:[^,]+$", one))])
    error_message = "auto_scaling_group_arns: allowed is ARNs of Auto Scaling groups."
  }
}

variable "forward_spot_reclaim" {
  description = "Forward Spot interruption warnings."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_capacity_reclaim" {
  description = "Forward warnings that a capacity reservation takes an instance back or a Capacity Block ends."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_termination" {
  description = "Forward lifecycle hooks of terminating instances."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_state_change" {
  description = "Forward state changes of instances on their way down."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_scheduled_change" {
  description = "Forward scheduled changes of AWS Health."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_rebalance_recommendation" {
  description = "Forward rebalance recommendations."
  type        = bool
  default     = true
  nullable    = false
}

variable "forward_launch" {
  description = "Forward lifecycle hooks of launching instances."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "SNS topic of this account that is notified when an event could not be forwarded. Empty creates the alarm without a notification."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn: allowed is the ARN of a standard SNS topic."
  }
}
