# The settings as the function reads them (docs/settings.md). An empty value is no value.

locals {
  environment = {
    CLUSTER_NAME                            = join(",", var.cluster_names)
    ACCOUNTS                                = join(",", var.accounts)
    REGIONS                                 = join(",", var.regions)
    ASSUME_ROLE_NAME                        = var.assume_role_name == null ? "" : var.assume_role_name
    ASSUME_ROLE_EXTERNAL_ID                 = var.assume_role_external_id == null ? "" : var.assume_role_external_id
    MANAGED_TAG                             = var.managed_tag_value == null ? var.managed_tag_key : "${var.managed_tag_key}=${var.managed_tag_value}"
    CHECK_TAG_BEFORE_DRAINING               = tostring(var.check_tag_before_draining)
    LIFECYCLE_HOOKS                         = join(",", var.lifecycle_hooks)
    DRAIN_CONTROLLED_NODES                  = join(",", var.drain_controlled_nodes)
    VERIFY_INTERRUPTIONS                    = tostring(var.verify_interruptions)
    ROLE_ID                                 = aws_iam_role.drainer.unique_id
    TRUSTED_SENDERS                         = join(",", var.trusted_senders)
    READ_UNSEALED                           = tostring(var.read_unsealed)
    DRY_RUN                                 = tostring(var.dry_run)
    CORDON_ONLY                             = tostring(var.cordon_only)
    ACTION_SPOT_RECLAIM                     = var.action_spot_reclaim
    ACTION_CAPACITY_RECLAIM                 = var.action_capacity_reclaim
    ACTION_TERMINATION                      = var.action_termination
    ACTION_STATE_CHANGE                     = var.action_state_change
    ACTION_SCHEDULED_CHANGE                 = var.action_scheduled_change
    ACTION_REBALANCE_RECOMMENDATION         = var.action_rebalance_recommendation
    ACTION_LAUNCH                           = var.action_launch
    DELETE_LOCAL_DATA                       = tostring(var.delete_local_data)
    IGNORE_DAEMON_SETS                      = tostring(var.ignore_daemon_sets)
    POD_TERMINATION_GRACE_PERIOD            = tostring(var.pod_termination_grace_period)
    NODE_TERMINATION_GRACE_PERIOD           = tostring(var.node_termination_grace_period)
    FORCE_BEFORE_DEADLINE                   = tostring(var.force_before_deadline)
    HONOR_DO_NOT_DISRUPT                    = tostring(var.honor_do_not_disrupt)
    TAINT_NODE                              = tostring(var.taint_node)
    TAINT_EFFECT                            = var.taint_effect
    EXCLUDE_FROM_LOAD_BALANCERS             = tostring(var.exclude_from_load_balancers)
    ENABLE_OUT_OF_SERVICE_TAINT             = tostring(var.enable_out_of_service_taint)
    WAIT_FOR_VOLUME_DETACH                  = tostring(var.wait_for_volume_detach)
    MAX_DRAIN_DURATION                      = tostring(var.max_drain_duration)
    HEARTBEAT_INTERVAL                      = tostring(var.heartbeat_interval)
    ON_TIMEOUT                              = var.on_timeout
    ON_LAUNCH_TIMEOUT                       = var.on_launch_timeout
    LAUNCH_TIMEOUT                          = tostring(var.launch_timeout)
    COMPLETE_LIFECYCLE_ACTION_DELAY_SECONDS = tostring(var.complete_lifecycle_action_delay_seconds)
    SCHEDULED_CHANGE_LEAD_TIME              = tostring(var.scheduled_change_lead_time)
    UNCORDON_AFTER                          = tostring(var.uncordon_after)
    EMIT_KUBERNETES_EVENTS                  = tostring(var.emit_kubernetes_events)
    KUBERNETES_EVENTS_EXTRA_ANNOTATIONS     = join(",", var.kubernetes_events_extra_annotations)
    QUEUE_URL                               = aws_sqs_queue.normal.url
    WEBHOOK_URL_PARAMETER                   = var.webhook_url_parameter == null ? "" : var.webhook_url_parameter
    WEBHOOK_HEADERS_PARAMETER               = var.webhook_headers_parameter == null ? "" : var.webhook_headers_parameter
    WEBHOOK_TEMPLATE_PARAMETER              = var.webhook_template_parameter == null ? "" : var.webhook_template_parameter
    WEBHOOK_PROXY_PARAMETER                 = var.webhook_proxy_parameter == null ? "" : var.webhook_proxy_parameter
    WEBHOOK_ALLOW_HTTP                      = tostring(var.webhook_allow_http)
    LOG_LEVEL                               = var.log_level
    METRICS_NAMESPACE                       = var.metrics_namespace
  }
}
