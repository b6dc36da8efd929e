# Made from the saved queries of template.yaml by test/terraform/generate.mjs.

locals {
  queries = {
    Interruptions = {
      name = "Recent interruptions"
      text = <<-EOT
        fields @timestamp, level, cluster, nodeName, instanceId, message
        | filter event = "interruption"
        | sort @timestamp desc
        | limit 200
      EOT
    }
    Instance = {
      name = "One instance"
      text = <<-EOT
        fields @timestamp, level, message
        | filter @message like "i-0123456789abcdef0"
        | filter ispresent(message)
        | sort @timestamp asc
      EOT
    }
    Trouble = {
      name = "Warnings and errors"
      text = <<-EOT
        fields @timestamp, level, instanceId, message, exception.type, exception.message
        | filter level in ["WARN", "ERROR", "FATAL"]
        | sort @timestamp desc
        | limit 200
      EOT
    }
    DrainTimes = {
      name = "Drain times by kind"
      text = <<-EOT
        filter ispresent(DrainTime)
        | stats count(*) as drains, pct(DrainTime, 50) as p50, pct(DrainTime, 99) as p99, max(DrainTime) as longest, min(NoticeLeft) as leastLeft by Kind
      EOT
    }
    Cluster = {
      name = "Drains by cluster"
      text = <<-EOT
        filter ispresent(Interruptions)
        | stats sum(Interruptions) as interruptions, sum(DeadlineMissed) as late, pct(DrainTime, 50) as p50, max(DrainTime) as longest,
            min(NoticeLeft) as leastLeft, sum(BudgetsBypassed) as bypassed by cluster
        | sort late desc, interruptions desc
      EOT
    }
    ClusterTrouble = {
      name = "One cluster"
      text = <<-EOT
        fields @timestamp, level, nodeName, instanceId, message
        | filter event = "interruption" and cluster = "NAME" and level != "DEBUG"
        | sort @timestamp desc
        | limit 200
      EOT
    }
    Cost = {
      name = "Billed time by day"
      text = <<-EOT
        filter type = "platform.report"
        | stats count(*) as invocations, sum(record.metrics.billedDurationMs) / 1000 as seconds,
            sum(record.metrics.billedDurationMs * record.metrics.memorySizeMB) / 1024000 as gigabyteSeconds,
            max(record.metrics.maxMemoryUsedMB) as mostMemory by bin(1d)
      EOT
    }
  }
}
