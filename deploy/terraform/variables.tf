# Made from the parameters of template.yaml by test/terraform/generate.mjs; docs/settings.md says more about each.

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

variable "accounts" {
  description = "Accounts whose instances may be drained, this one included. Empty means this one only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.accounts : can(regex("^[0-9]{12}$", one))])
    error_message = "accounts: allowed is account ids of twelve digits."
  }
}

variable "regions" {
  description = "Regions whose instances may be drained, this one included. Empty means this one only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.regions : can(regex("^[a-z]{2,5}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$", one))])
    error_message = "regions: allowed is region names such as eu-central-1."
  }
}

variable "assume_role_name" {
  description = "Name of the role to assume in the other accounts of Accounts, with its path (docs/many-clusters.md)."
  type        = string
  default     = null

  validation {
    condition     = var.assume_role_name == null || can(regex("^([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]{1,64}$", var.assume_role_name))
    error_message = "assume_role_name: allowed is the name of an IAM role without its ARN, such as node-drainer or ops/node-drainer."
  }
}

variable "assume_role_external_id" {
  description = "External id that the trust policy of that role asks for. Empty means none."
  type        = string
  default     = null

  validation {
    condition     = var.assume_role_external_id == null || can(regex("^[A-Za-z0-9+=,.@:/_-]{2,1224}$", var.assume_role_external_id))
    error_message = "assume_role_external_id: allowed is 2 to 1224 letters, digits and +=,.@:/_- as IAM allows."
  }
}

variable "managed_tag_key" {
  description = "Tag key that marks the instances to drain and the Auto Scaling groups whose lifecycle hooks the function may complete. The default is that of AWS Node Termination Handler."
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
  description = "Drain only instances that have the tag. false drains every node of the clusters, and lets the function complete hooks of every group (or of auto_scaling_group_arns)."
  type        = bool
  default     = true
  nullable    = false
}

variable "auto_scaling_group_arns" {
  description = "ARNs of Auto Scaling groups whose hooks the function may complete. Empty means the groups that have the tag."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.auto_scaling_group_arns : can(regex("^arn:[a-z-]+:autoscaling:[a-z0-9-]+:[0-9]{12}:autoScalingGroup:[^,]+$", one))])
    error_message = "auto_scaling_group_arns: allowed is ARNs of Auto Scaling groups."
  }
}

variable "lifecycle_hooks" {
  description = "Names or patterns (* for any characters, ? for one, ! in front excludes) of the lifecycle hooks that the function completes. Empty means all but those of EKS managed node groups and of ECS."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.lifecycle_hooks : can(regex("^!?[A-Za-z0-9_/*?-]{1,255}$", one))])
    error_message = "lifecycle_hooks: allowed is names or patterns of lifecycle hooks."
  }
}

variable "drain_controlled_nodes" {
  description = "Controllers whose nodes are drained although the controller drains them itself. Empty skips the nodes of all three."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.drain_controlled_nodes : can(regex("^(karpenter|managed-node-group|auto-mode)$", one))])
    error_message = "drain_controlled_nodes: allowed is karpenter, managed-node-group, auto-mode."
  }
}

variable "verify_interruptions" {
  description = "Verify each interruption with AWS before draining (docs/security.md)."
  type        = bool
  default     = true
  nullable    = false
}

variable "trusted_senders" {
  description = "Unique ids (AROA... of a role, AIDA... of a user) that may send to the queues besides AWS's services and this stack, and whose messages count as the function's own. For operators who redrive dead letters, notification roles of your own and the role of a former stack."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.trusted_senders : can(regex("^(AROA|AIDA)[A-Z0-9]{12,124}$", one))])
    error_message = "trusted_senders: allowed is unique ids that begin with AROA or AIDA."
  }
}

variable "read_unsealed" {
  description = "Read node annotations of version 0.1, which have no seal, to undo what they name and to continue their chains. Only for the day of an upgrade from 0.1."
  type        = bool
  default     = false
  nullable    = false
}

variable "dry_run" {
  description = "Log what would be done and write nothing to clusters or AWS."
  type        = bool
  default     = false
  nullable    = false
}

variable "cordon_only" {
  description = "Cordon instead of draining, for every interruption."
  type        = bool
  default     = false
  nullable    = false
}

variable "action_spot_reclaim" {
  description = "Spot interruption warning, two minutes before the interruption. ignore turns its rule off."
  type        = string
  default     = "drain"
  nullable    = false

  validation {
    condition     = contains(["drain", "cordon", "ignore"], var.action_spot_reclaim)
    error_message = "action_spot_reclaim: allowed is one of drain, cordon, ignore."
  }
}

variable "action_capacity_reclaim" {
  description = "An interruptible capacity reservation reclaims its instance, or a Capacity Block ends. ignore turns its rule off."
  type        = string
  default     = "drain"
  nullable    = false

  validation {
    condition     = contains(["drain", "cordon", "ignore"], var.action_capacity_reclaim)
    error_message = "action_capacity_reclaim: allowed is one of drain, cordon, ignore."
  }
}

variable "action_termination" {
  description = "Lifecycle hook of a terminating instance. The hook is completed after a drain or a cordon. ignore turns its rule off."
  type        = string
  default     = "drain"
  nullable    = false

  validation {
    condition     = contains(["drain", "cordon", "ignore"], var.action_termination)
    error_message = "action_termination: allowed is one of drain, cordon, ignore."
  }
}

variable "action_state_change" {
  description = "An instance is stopping, stopped, shutting down or terminated without a warning. ignore turns its rule off."
  type        = string
  default     = "drain"
  nullable    = false

  validation {
    condition     = contains(["drain", "cordon", "ignore"], var.action_state_change)
    error_message = "action_state_change: allowed is one of drain, cordon, ignore."
  }
}

variable "action_scheduled_change" {
  description = "Scheduled maintenance or retirement of an instance (AWS Health). ignore turns its rule off."
  type        = string
  default     = "drain"
  nullable    = false

  validation {
    condition     = contains(["drain", "cordon", "ignore"], var.action_scheduled_change)
    error_message = "action_scheduled_change: allowed is one of drain, cordon, ignore."
  }
}

variable "action_rebalance_recommendation" {
  description = "Elevated risk of a Spot interruption. auto acts only where the group replaces the instance itself (docs/events.md). ignore turns its rule off."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "drain", "cordon", "ignore"], var.action_rebalance_recommendation)
    error_message = "action_rebalance_recommendation: allowed is one of auto, drain, cordon, ignore."
  }
}

variable "action_launch" {
  description = "Lifecycle hook of a launching instance. complete continues it once the node is Ready. ignore turns its rule off."
  type        = string
  default     = "complete"
  nullable    = false

  validation {
    condition     = contains(["complete", "ignore"], var.action_launch)
    error_message = "action_launch: allowed is one of complete, ignore."
  }
}

variable "delete_local_data" {
  description = "Evict pods with emptyDir volumes too; their data is lost."
  type        = bool
  default     = true
  nullable    = false
}

variable "ignore_daemon_sets" {
  description = "Skip DaemonSet pods. false evicts each once, after all other pods."
  type        = bool
  default     = true
  nullable    = false
}

variable "pod_termination_grace_period" {
  description = "Grace period of each pod in seconds. -1 means the pod's own."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.pod_termination_grace_period >= -1 && var.pod_termination_grace_period <= 172800 && floor(var.pod_termination_grace_period) == var.pod_termination_grace_period
    error_message = "pod_termination_grace_period: allowed is a whole number from -1 to 172800."
  }
}

variable "node_termination_grace_period" {
  description = "Seconds for which the pods of an instance that is already stopping or terminating are waited for. No grace period is cut by it."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.node_termination_grace_period >= 0 && var.node_termination_grace_period <= 172800 && floor(var.node_termination_grace_period) == var.node_termination_grace_period
    error_message = "node_termination_grace_period: allowed is a whole number from 0 to 172800."
  }
}

variable "force_before_deadline" {
  description = "Shortly before the instance ends regardless, delete the pods whose eviction a disruption budget, a webhook or an error still blocks (docs/events.md)."
  type        = bool
  default     = true
  nullable    = false
}

variable "honor_do_not_disrupt" {
  description = "Leave pods that ask not to be disturbed until their last minutes before a hook or a scheduled change ends, and altogether where nothing ends the instance. false disregards their annotations."
  type        = bool
  default     = true
  nullable    = false
}

variable "taint_node" {
  description = "Taint the node in the same request that cordons it."
  type        = bool
  default     = false
  nullable    = false
}

variable "taint_effect" {
  description = "Effect of that taint."
  type        = string
  default     = "NoSchedule"
  nullable    = false

  validation {
    condition     = contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], var.taint_effect)
    error_message = "taint_effect: allowed is one of NoSchedule, PreferNoSchedule, NoExecute."
  }
}

variable "exclude_from_load_balancers" {
  description = "Label the node so that load balancers stop sending it traffic."
  type        = bool
  default     = false
  nullable    = false
}

variable "enable_out_of_service_taint" {
  description = "Set the out-of-service taint once EC2 reports the instance as stopped or terminated, so that volumes are released at once."
  type        = bool
  default     = false
  nullable    = false
}

variable "wait_for_volume_detach" {
  description = "After a drain, wait until the volumes of the drained pods are detached, while time allows."
  type        = bool
  default     = true
  nullable    = false
}

variable "max_drain_duration" {
  description = "Seconds that a drain without a deadline of its own may take, over all its continuations. A hook is kept alive by heartbeats until then."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_drain_duration >= 60 && var.max_drain_duration <= 172800 && floor(var.max_drain_duration) == var.max_drain_duration
    error_message = "max_drain_duration: allowed is a whole number from 60 to 172800."
  }
}

variable "heartbeat_interval" {
  description = "Maximum seconds between two heartbeats, 10 to 3600 and at most max_drain_duration. -1 means half of the hook's own timeout."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.heartbeat_interval == -1 || (var.heartbeat_interval >= 10 && var.heartbeat_interval <= 3600 && floor(var.heartbeat_interval) == var.heartbeat_interval)
    error_message = "heartbeat_interval: allowed is -1, or a whole number from 10 to 3600."
  }
}

variable "on_timeout" {
  description = "How a termination hook is completed at max_drain_duration."
  type        = string
  default     = "continue"
  nullable    = false

  validation {
    condition     = contains(["continue", "abandon", "leave"], var.on_timeout)
    error_message = "on_timeout: allowed is one of continue, abandon, leave."
  }
}

variable "on_launch_timeout" {
  description = "How a launch hook is completed when its node does not become Ready."
  type        = string
  default     = "leave"
  nullable    = false

  validation {
    condition     = contains(["continue", "abandon", "leave"], var.on_launch_timeout)
    error_message = "on_launch_timeout: allowed is one of continue, abandon, leave."
  }
}

variable "launch_timeout" {
  description = "Seconds for which a launch hook is kept alive while its node is on its way, at least 30. -1 means its own HeartbeatTimeout, without a heartbeat."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.launch_timeout >= -1 && var.launch_timeout <= 172800 && floor(var.launch_timeout) == var.launch_timeout
    error_message = "launch_timeout: allowed is a whole number from -1 to 172800."
  }
}

variable "complete_lifecycle_action_delay_seconds" {
  description = "Seconds between the end of a drain and the completion of its hook. -1 means none."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.complete_lifecycle_action_delay_seconds >= -1 && var.complete_lifecycle_action_delay_seconds <= 7200 && floor(var.complete_lifecycle_action_delay_seconds) == var.complete_lifecycle_action_delay_seconds
    error_message = "complete_lifecycle_action_delay_seconds: allowed is a whole number from -1 to 7200."
  }
}

variable "scheduled_change_lead_time" {
  description = "Seconds before a scheduled change at which its drain begins."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.scheduled_change_lead_time >= 0 && var.scheduled_change_lead_time <= 1209600 && floor(var.scheduled_change_lead_time) == var.scheduled_change_lead_time
    error_message = "scheduled_change_lead_time: allowed is a whole number from 0 to 1209600."
  }
}

variable "uncordon_after" {
  description = "Seconds after the deadline at which the sweep uncordons a node whose instance is still running. 0 means never."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.uncordon_after >= 0 && var.uncordon_after <= 1209600 && floor(var.uncordon_after) == var.uncordon_after
    error_message = "uncordon_after: allowed is a whole number from 0 to 1209600."
  }
}

variable "sweep_schedule" {
  description = "How often the sweep looks for lost work and stale cordons. Empty turns it off."
  type        = string
  default     = "rate(5 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^$|^rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)$|^cron\\([^ ]+( [^ ]+){5}\\)$", var.sweep_schedule))
    error_message = "sweep_schedule: allowed is a schedule such as rate(5 minutes) or cron(0/5 * * * ? *), or empty."
  }
}

variable "check_schedule" {
  description = "How often the set-up and the readiness for a two-minute notice are checked; the result is a log line and two metrics. Empty turns it off."
  type        = string
  default     = null

  validation {
    condition     = var.check_schedule == null || can(regex("^rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)$|^cron\\([^ ]+( [^ ]+){5}\\)$", var.check_schedule))
    error_message = "check_schedule: allowed is a schedule such as rate(1 day) or cron(0 6 * * ? *), or empty."
  }
}

variable "architecture" {
  description = "Architecture of the zip: x86_64 or arm64."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: allowed is one of x86_64, arm64."
  }
}

variable "memory_size" {
  description = "Memory in MB. The CPU share is proportional to it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 3008 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size: allowed is a whole number from 128 to 3008."
  }
}

variable "urgent_batching_window" {
  description = "Seconds for which two-minute notices are gathered into a batch of up to 50, so that a thousand at once are handled within ten seconds. 0 gathers none - a single notice starts up to a second sooner, and batches have ten messages at most (docs/scaling.md)."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.urgent_batching_window >= 0 && var.urgent_batching_window <= 5 && floor(var.urgent_batching_window) == var.urgent_batching_window
    error_message = "urgent_batching_window: allowed is a whole number from 0 to 5."
  }
}

variable "urgent_maximum_concurrency" {
  description = "Concurrent batches of the urgent queue. 200 batches of 50 are 10,000 Spot notices at once. They share the account's concurrency (1,000 by default, fewer in new accounts)."
  type        = number
  default     = 200
  nullable    = false

  validation {
    condition     = var.urgent_maximum_concurrency >= 50 && var.urgent_maximum_concurrency <= 1000 && floor(var.urgent_maximum_concurrency) == var.urgent_maximum_concurrency
    error_message = "urgent_maximum_concurrency: allowed is a whole number from 50 to 1000."
  }
}

variable "maximum_concurrency" {
  description = "Concurrent batches of the normal queue. 150 batches of ten are 1,500 instances at once; those beyond wait, unattended, until others are drained or handed over."
  type        = number
  default     = 150
  nullable    = false

  validation {
    condition     = var.maximum_concurrency >= 50 && var.maximum_concurrency <= 1000 && floor(var.maximum_concurrency) == var.maximum_concurrency
    error_message = "maximum_concurrency: allowed is a whole number from 50 to 1000."
  }
}

variable "minimum_pollers" {
  description = "Minimum provisioned pollers per queue (at least 2), which respond at once but are billed by the hour. 0 means none; the maximum concurrencies apply."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.minimum_pollers >= 0 && var.minimum_pollers <= 200 && floor(var.minimum_pollers) == var.minimum_pollers
    error_message = "minimum_pollers: allowed is a whole number from 0 to 200."
  }
}

variable "maximum_pollers" {
  description = "Maximum provisioned pollers per queue."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.maximum_pollers >= 2 && var.maximum_pollers <= 2000 && floor(var.maximum_pollers) == var.maximum_pollers
    error_message = "maximum_pollers: allowed is a whole number from 2 to 2000."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of the function, at least urgent_maximum_concurrency and maximum_concurrency together. 0 reserves none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.reserved_concurrency >= 0 && var.reserved_concurrency <= 2000 && floor(var.reserved_concurrency) == var.reserved_concurrency
    error_message = "reserved_concurrency: allowed is a whole number from 0 to 2000."
  }
}

variable "subnet_ids" {
  description = "Private subnets for clusters with a private endpoint only (docs/private-clusters.md)."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.subnet_ids : can(regex("^subnet-[0-9a-f]+$", one))])
    error_message = "subnet_ids: allowed is subnet ids."
  }
}

variable "security_group_ids" {
  description = "Security groups of the function in those subnets."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.security_group_ids : can(regex("^sg-[0-9a-f]+$", one))])
    error_message = "security_group_ids: allowed is security group ids."
  }
}

variable "role_name" {
  description = "Name of the function's role. A fixed name keeps its ARN when the stack is created again (docs/many-clusters.md). Empty lets CloudFormation choose one."
  type        = string
  default     = null

  validation {
    condition     = var.role_name == null || can(regex("^[A-Za-z0-9+=,.@_-]{0,64}$", var.role_name))
    error_message = "role_name: allowed is the name of an IAM role, at most 64 letters, digits and +=,.@_-."
  }
}

variable "role_path" {
  description = "IAM path of the roles that the stack creates."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9+=,.@_-]+/)*$", var.role_path))
    error_message = "role_path: allowed is an IAM path that begins and ends with a slash, such as / or /platform/."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the roles that the stack creates. Empty means none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: allowed is the ARN of an IAM policy."
  }
}

variable "create_hook_notification_role" {
  description = "Create the role for lifecycle hooks that notify the queue directly instead of through EventBridge."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key that encrypts the queues, the log group and the function's environment; docs/security.md has the key policy that it needs. Empty means the keys of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: allowed is the ARN of a KMS key (not of an alias) in this region."
  }
}

variable "queue_retention" {
  description = "Seconds that the two working queues keep a message."
  type        = number
  default     = 86400
  nullable    = false

  validation {
    condition     = var.queue_retention >= 3600 && var.queue_retention <= 1209600 && floor(var.queue_retention) == var.queue_retention
    error_message = "queue_retention: allowed is a whole number from 3600 to 1209600."
  }
}

variable "dead_letter_retention" {
  description = "Seconds that the dead-letter queue keeps a message."
  type        = number
  default     = 1209600
  nullable    = false

  validation {
    condition     = var.dead_letter_retention >= 86400 && var.dead_letter_retention <= 1209600 && floor(var.dead_letter_retention) == var.dead_letter_retention
    error_message = "dead_letter_retention: allowed is a whole number from 86400 to 1209600."
  }
}

variable "log_deletion_policy" {
  description = "Whether the log group is kept when the stack is deleted. A kept log group has to be deleted before a stack of the same name can be created."
  type        = string
  default     = "Delete"
  nullable    = false

  validation {
    condition     = contains(["Delete", "Retain"], var.log_deletion_policy)
    error_message = "log_deletion_policy: allowed is one of Delete, Retain."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that the alarms notify. Empty creates the alarms without a notification."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn: allowed is the ARN of a standard SNS topic."
  }
}

variable "create_check_alarm" {
  description = "Create an alarm on the problems that a check finds. It needs check_schedule and stays on until a check finds none."
  type        = bool
  default     = false
  nullable    = false
}

variable "runbook_url" {
  description = "URL of operating.md. Each alarm links to its section."
  type        = string
  default     = "docs/operating.md"
  nullable    = false

  validation {
    condition     = can(regex("^[^\\s#]{1,512}$", var.runbook_url))
    error_message = "runbook_url: allowed is an address without spaces and without a fragment."
  }
}

variable "liveness_period" {
  description = "Seconds without any invocation after which LivenessAlarm goes off while sweep_schedule is on. Choose at least twice the interval of sweep_schedule."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = contains([300, 900, 1800, 3600, 21600, 86400], var.liveness_period)
    error_message = "liveness_period: allowed is one of 300, 900, 1800, 3600, 21600, 86400."
  }
}

variable "create_dashboard" {
  description = "Create a CloudWatch dashboard."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_level" {
  description = "Lowest severity that is logged."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["trace", "debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level: allowed is one of trace, debug, info, warn, error."
  }
}

variable "log_retention_days" {
  description = "Log retention in days."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: allowed is one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "metrics_namespace" {
  description = "CloudWatch namespace of the metrics."
  type        = string
  default     = "NodeDrainer"
  nullable    = false

  validation {
    condition     = (!can(regex("^AWS/", var.metrics_namespace)) && can(regex("^[A-Za-z0-9._/#:-]{1,255}$", var.metrics_namespace)))
    error_message = "metrics_namespace: allowed is a CloudWatch namespace that does not begin with AWS/."
  }
}

variable "emit_kubernetes_events" {
  description = "Write Kubernetes events on nodes and pods."
  type        = bool
  default     = false
  nullable    = false
}

variable "kubernetes_events_extra_annotations" {
  description = "Annotations of those events, key=value."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.kubernetes_events_extra_annotations : can(regex("^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?=[^,]*$", one))])
    error_message = "kubernetes_events_extra_annotations: allowed is pairs such as team=platform,example.com/source=drainer, without spaces."
  }
}

variable "webhook_url_parameter" {
  description = "Name of an SSM parameter (SecureString) of this account and region that holds the webhook's URL."
  type        = string
  default     = null

  validation {
    condition     = var.webhook_url_parameter == null || can(regex("^/[A-Za-z0-9_./-]+$", var.webhook_url_parameter))
    error_message = "webhook_url_parameter: allowed is the name of an SSM parameter that begins with a slash."
  }
}

variable "webhook_headers_parameter" {
  description = "Name of an SSM parameter (SecureString) that holds the webhook's headers as a JSON object. Empty means JSON content."
  type        = string
  default     = null

  validation {
    condition     = var.webhook_headers_parameter == null || can(regex("^/[A-Za-z0-9_./-]+$", var.webhook_headers_parameter))
    error_message = "webhook_headers_parameter: allowed is the name of an SSM parameter that begins with a slash."
  }
}

variable "webhook_template_parameter" {
  description = "Name of an SSM parameter (SecureString) that holds the body of a notice with placeholders such as {{node}} (docs/notices.md). Empty means the default."
  type        = string
  default     = null

  validation {
    condition     = var.webhook_template_parameter == null || can(regex("^/[A-Za-z0-9_./-]+$", var.webhook_template_parameter))
    error_message = "webhook_template_parameter: allowed is the name of an SSM parameter that begins with a slash."
  }
}

variable "webhook_proxy_parameter" {
  description = "Name of an SSM parameter (SecureString) that holds the URL of a proxy for webhook requests only. Empty means none."
  type        = string
  default     = null

  validation {
    condition     = var.webhook_proxy_parameter == null || can(regex("^/[A-Za-z0-9_./-]+$", var.webhook_proxy_parameter))
    error_message = "webhook_proxy_parameter: allowed is the name of an SSM parameter that begins with a slash."
  }
}

variable "webhook_allow_http" {
  description = "Accept a webhook with a plain http URL, which shows notices and headers to the network."
  type        = bool
  default     = false
  nullable    = false
}
