# What the function needs inside one cluster: the very files that kubectl would apply. Give it a kubernetes provider of that cluster.
# kubernetes_manifest asks the API server while planning, so the cluster must exist before.

terraform {
  required_version = ">= 1.6"

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.30, < 4.0"
    }
  }
}

variable "admission" {
  description = "Apply deploy/admission.yaml as well: who may write the function's annotation, and what the function may change of a node. Needs Kubernetes 1.30."
  type        = bool
  default     = true
  nullable    = false
}

variable "delete_pods" {
  description = "Bind the role node-drainer-delete-pods, the last resort past a disruption budget. Set it to false where force_before_deadline is false."
  type        = bool
  default     = true
  nullable    = false
}

locals {
  files = concat(["${path.module}/../../../rbac.yaml"], var.admission ? ["${path.module}/../../../admission.yaml"] : [])

  documents = flatten([for file in local.files : [
    for text in split("\n---\n", "\n${file(file)}") : yamldecode(text) if can(yamldecode(text).kind) && (var.delete_pods || try(yamldecode(text).metadata.name, "") != "node-drainer-delete-pods")
  ]])
}

resource "kubernetes_manifest" "object" {
  for_each = { for document in local.documents : "${document.kind}/${document.metadata.name}" => document }
  manifest = each.value
}
