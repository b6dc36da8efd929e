#!/usr/bin/env bash
# Real clients against the sandbox: kubectl and the AWS CLI do what a human would do, and every answer is checked.
#   test/real-clients/run.sh [FUNCTION]       a native bootstrap; by default the function that was built with the sandbox
# Needs a built repository, kubectl, jq, and an AWS CLI from PATH (else it takes the one in an npm package). The last line counts.
set -uo pipefail
cd "$(dirname "$0")/../.."

function=${1:-}
work=$(mktemp -d)
started=()
passed=0 failed=0
export AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true AWS_MAX_ATTEMPTS=2 HOME=$work
unset AWS_PROFILE AWS_SESSION_TOKEN

end() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null; done
  wait "${started[@]}" 2>/dev/null
  rm -rf "$work"
}
trap end EXIT

ok() { passed=$((passed + 1)); echo "ok      $1"; }
bad() { failed=$((failed + 1)); echo "FAILED  $1"; sed 's/^/        | /' <<<"$2" | head -40; }

# expect WHAT PATTERN COMMAND…: what it prints, on both streams, matches; its exit code is of no interest.
expect() {
  local what=$1 pattern=$2 answer
  shift 2
  answer=$(timeout 90 "$@" 2>&1 </dev/null)
  if grep -qzP -- "(?ms)$pattern" <<<"$answer"; then ok "$what"; else bad "$what" "$* printed, instead of /$pattern/:"$'\n'"$answer"; fi
}

# never WHAT PATTERN COMMAND…: the same turned round; silence counts.
never() {
  local what=$1 pattern=$2 answer
  shift 2
  answer=$(timeout 90 "$@" 2>&1 </dev/null)
  if grep -qE -- "$pattern" <<<"$answer"; then bad "$what" "$answer"; else ok "$what"; fi
}

# becomes WHAT PATTERN COMMAND…: asked again for a minute.
becomes() {
  local what=$1 pattern=$2 answer='' end=$((SECONDS + 60))
  shift 2
  while [ "$SECONDS" -lt "$end" ]; do
    answer=$(timeout 20 "$@" 2>&1 </dev/null)
    if grep -qzP -- "(?ms)$pattern" <<<"$answer"; then ok "$what"; return; fi
    sleep 0.5
  done
  bad "$what" "$* still printed, instead of /$pattern/:"$'\n'"$answer"
}

# serve LOG OPTIONS…: a sandbox that runs on; its exports are in $log afterwards.
serve() {
  log=$work/$1
  shift
  artifacts/bin/DrainerFunction.Sandbox/debug/drainer-sandbox "$@" ${function:+--function "$function"} >"$log" 2>&1 &
  started+=($!)
  for _ in $(seq 120); do
    if grep -q '^and there' "$log"; then return; fi
    sleep 0.5
  done
  bad 'the sandbox comes up' "$(cat "$log")"
  echo "$passed passed, $failed failed"
  exit 1
}

exports() { grep '^export ' "$1"; }

# tool NAME SCRIPT: a small program of our own, for "timeout" and "env" start no functions of the shell.
tool() {
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

mkdir "$work/bin"
if cli=$(type -P aws); then
  tool cli "exec '$cli' \"\$@\""
else
  npm install --silent --no-audit --no-fund --prefix "$work/npm" @aws-cdk/asset-awscli-v1 >/dev/null 2>&1
  unzip -q "$work/npm/node_modules/@aws-cdk/asset-awscli-v1/lib/layer.zip" -d "$work/aws-cli"
  tool cli "exec python3 '$work/aws-cli/awscli/aws' \"\$@\""
fi
# The endpoint is named, for old versions do not look at AWS_ENDPOINT_URL.
tool a 'exec cli --endpoint-url "$AWS_ENDPOINT_URL" "$@"'
tool text 'exec a --output text "$@"'
tool pods_on 'exec kubectl get pods --output name --field-selector "spec.nodeName=$1"'
tool gone 'pods_on "$1" | grep -cE "$2"'
PATH=$work/bin:$PATH

echo "kubectl: $(kubectl version --client 2>/dev/null | head -1)"
echo "AWS CLI: $(cli --version 2>&1)"
serve world.log --serve
world=$log
eval "$(exports "$world")"
instance_of() { text autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$1" --query "AutoScalingGroups[0].Instances[$2].InstanceId"; }
node_of() { kubectl get nodes --output jsonpath='{range .items[*]}{.metadata.name} {.spec.providerID}{"\n"}{end}' | grep "$1" | cut -d' ' -f1; }

echo '── kubectl'
worker=$(instance_of workers 0) worker_node=$(node_of "$worker")
expect 'get nodes' '(Ready .*){5}' kubectl get nodes
expect 'get pods, wide' "web-[^ ]+ +1/1 +Running .*$worker_node" kubectl get pods --output wide
expect 'describe node' "Non-terminated Pods:.*web-" kubectl describe node "$worker_node"
expect 'api-resources' 'poddisruptionbudgets +pdb +policy/v1 ' kubectl api-resources
expect 'get --raw' '"kind": ?"NodeList"' kubectl get --raw /api/v1/nodes
expect 'auth can-i' '^yes' kubectl auth can-i delete pods
expect 'auth can-i: the function may evict' '^yes' kubectl auth can-i create pods --subresource=eviction --as function --as-group node-drainer
expect 'auth can-i: the function may not delete nodes' '^no' kubectl auth can-i delete nodes --as function --as-group node-drainer
kubectl create serviceaccount cni --namespace kube-system >/dev/null
kubectl create clusterrole cni --verb=get,list,patch,update --resource=nodes,nodes/status >/dev/null
kubectl create clusterrolebinding cni --clusterrole=cni --serviceaccount=kube-system:cni >/dev/null
agent=(--as system:serviceaccount:kube-system:cni --as-group system:serviceaccounts --as-group system:authenticated)
note='{"metadata":{"annotations":{"node-drainer/interruption":"{}"}}}'
expect 'admission policies are there' 'node-drainer-annotation.*node-drainer-scope' kubectl get validatingadmissionpolicies
expect 'an agent may annotate a node' 'annotated' kubectl annotate node "$worker_node" example.com/agent=yes "${agent[@]}"
expect 'an agent may not write the annotation of the function' "ValidatingAdmissionPolicy 'node-drainer-annotation'.*denied request" kubectl annotate node "$worker_node" node-drainer/interruption='{}' "${agent[@]}"
expect 'nor through the status of the node' "ValidatingAdmissionPolicy 'node-drainer-annotation'.*denied request" kubectl patch node "$worker_node" --subresource status --type merge --patch "$note" "${agent[@]}"
expect 'nor may a kubelet' "ValidatingAdmissionPolicy 'node-drainer-annotation'.*denied request" kubectl annotate node "$worker_node" node-drainer/interruption='{}' --as "system:node:$worker_node" --as-group system:nodes
expect 'a kubelet may not taint its node' 'is not allowed to modify taints' kubectl taint node "$worker_node" node-drainer/seal=0:PreferNoSchedule --as "system:node:$worker_node" --as-group system:nodes
expect 'the function labels no node' "ValidatingAdmissionPolicy 'node-drainer-scope'.*denied request" kubectl patch node "$worker_node" --patch '{"metadata":{"labels":{"team":"x"}}}' --as function --as-group node-drainer
expect 'cordon' 'cordoned' kubectl cordon "$worker_node"
expect 'get node: cordoned' 'Ready,SchedulingDisabled' kubectl get node "$worker_node"
expect 'uncordon' 'uncordoned' kubectl uncordon "$worker_node"
expect 'taint' 'tainted' kubectl taint node "$worker_node" trial=yes:NoSchedule
expect 'taint: off' 'untainted' kubectl taint node "$worker_node" trial-
expect 'create namespace' 'namespace/trial created' kubectl create namespace trial
expect 'create configmap' 'configmap/settings created' kubectl create configmap settings --from-literal=colour=blue --namespace trial
expect 'get configmap' '^blue' kubectl get configmap settings --namespace trial --output 'jsonpath={.data.colour}'
expect 'create deployment' 'deployment.apps/hello created' kubectl create deployment hello --image=example/hello --replicas=2 --namespace trial
expect 'create poddisruptionbudget' 'hello created' kubectl create poddisruptionbudget hello --selector=app=hello --min-available=1 --namespace trial
becomes 'wait: ready' 'condition met.*condition met' kubectl wait pod --for=condition=Ready --selector app=hello --namespace trial --timeout=30s
expect 'get poddisruptionbudget' 'hello +1 +N/A +1 ' kubectl get poddisruptionbudget hello --namespace trial
timeout 12 kubectl get pods --watch --namespace trial >"$work/watched" 2>&1 &
watching=$!
sleep 2
pod=$(kubectl get pods --namespace trial --output 'jsonpath={.items[0].metadata.name}')
expect 'delete pod' "pod \"$pod\" deleted" kubectl delete pod "$pod" --namespace trial
never 'wait: gone' 'timed out|error' kubectl wait "pod/$pod" --for=delete --namespace trial --timeout=30s
expect 'scale' 'scaled' kubectl scale deployment hello --replicas=1 --namespace trial
wait "$watching"
expect 'get --watch saw it go' "$pod .*Terminating" cat "$work/watched"
expect 'get, an unknown name' 'Error from server \(NotFound\): pods "nobody" not found' kubectl get pod nobody
expect 'a token that nobody knows' 'Unauthorized|must be logged in' kubectl --token=k8s-aws-v1.aGVsbG8 get nodes
expect 'drain, a budget in the way' "violate the pod's disruption budget.*(drained|evicted)" kubectl drain "$worker_node" --ignore-daemonsets --timeout=80s
never 'drain: nothing is left' 'web-' pods_on "$worker_node"
kubectl uncordon "$worker_node" >/dev/null

echo '── aws'
expect 'sts get-caller-identity' 'arn:aws:iam::[0-9]+:user/sandbox' a sts get-caller-identity
expect 'sqs create-queue' '/trial"' a sqs create-queue --queue-name trial
queue=$(text sqs get-queue-url --queue-name trial --query QueueUrl)
expect 'sqs list-queues' 'UrgentQueue.*/trial|/trial.*UrgentQueue' a sqs list-queues
expect 'sqs send-message' 'MessageId' a sqs send-message --queue-url "$queue" --message-body hello
expect 'sqs get-queue-attributes' '"ApproximateNumberOfMessages": "1"' a sqs get-queue-attributes --queue-url "$queue" --attribute-names All
receipt=$(text sqs receive-message --queue-url "$queue" --wait-time-seconds 1 --query 'Messages[0].ReceiptHandle')
never 'sqs change-message-visibility' . a sqs change-message-visibility --queue-url "$queue" --receipt-handle "$receipt" --visibility-timeout 45
never 'sqs delete-message' . a sqs delete-message --queue-url "$queue" --receipt-handle "$receipt"
expect 'sqs, a queue that is not there' 'NonExistentQueue' a sqs get-queue-url --queue-name nothing
expect 'ec2 describe-instances' '"InstanceLifecycle": "spot"' a ec2 describe-instances
expect 'ec2 describe-instances, filtered' "^$worker" text ec2 describe-instances --filters "Name=instance-id,Values=$worker" --query 'Reservations[].Instances[].InstanceId'
expect 'ec2 describe-instances, an unknown id' 'InvalidInstanceID.NotFound' a ec2 describe-instances --instance-ids i-00000000000000000
expect 'ec2 describe-instance-status' '"Name": "running"' a ec2 describe-instance-status --include-all-instances
never 'ec2 create-tags' . a ec2 create-tags --resources "$worker" --tags Key=trial,Value=yes
expect 'ec2 describe-tags' '"Key": "trial"' a ec2 describe-tags --filters "Name=resource-id,Values=$worker"
expect 'autoscaling describe-auto-scaling-instances' '"LifecycleState": "InService"' a autoscaling describe-auto-scaling-instances
expect 'autoscaling describe-lifecycle-hooks' 'EC2_INSTANCE_TERMINATING' a autoscaling describe-lifecycle-hooks --auto-scaling-group-name workers
expect 'eks list-clusters' '"shop"' a eks list-clusters
expect 'eks describe-cluster' '"endpoint": "https://127.0.0.1:' a eks describe-cluster --name shop
expect 'eks, a cluster that is not there' 'ResourceNotFoundException' a eks describe-cluster --name nothing
token=$(env -u AWS_ENDPOINT_URL cli --output text eks get-token --cluster-name shop --query status.token)
text eks describe-cluster --name shop --query cluster.certificateAuthority.data | base64 -d >"$work/authority.pem"
expect 'eks get-token is good for kubectl' '(Ready .*){5}' kubectl --kubeconfig /dev/null --server "$(text eks describe-cluster --name shop --query cluster.endpoint)" \
  --certificate-authority "$work/authority.pem" --token "$token" get nodes
expect 'events list-rules' '"State": "ENABLED"' a events list-rules
expect 'ssm put-parameter' '"Version": 1' a ssm put-parameter --name /trial --value secret --type SecureString
expect 'ssm get-parameter' '"Value": "secret"' a ssm get-parameter --name /trial --with-decryption
expect 'a wrong secret' 'SignatureDoesNotMatch' env AWS_SECRET_ACCESS_KEY=wrong a ec2 describe-instances
expect 'lambda list-functions' '"node-drainer"' a lambda list-functions --query 'Functions[].FunctionName'
printf '{"plan":{"instance":"%s"}}' "$worker" >"$work/plan.json"
expect 'lambda invoke: a plan' "\"StatusCode\": 200" a lambda invoke --function-name node-drainer --payload "fileb://$work/plan.json" "$work/plan.answer"
expect 'the plan names the node' "$worker_node" cat "$work/plan.answer"

echo '── a drain, set going by hand'
spot=$(instance_of spot 0) spot_node=$(node_of "$spot")
warning() { printf '[{"Source":"aws.ec2","DetailType":"EC2 Spot Instance Interruption Warning","Detail":"{\\"instance-id\\":\\"%s\\",\\"instance-action\\":\\"terminate\\"}"}]' "$1"; }
expect 'pods are on the spot node' 'api-' pods_on "$spot_node"
expect 'events put-events: a Spot warning' '"FailedEntryCount": 0' a events put-events --entries "$(warning "$spot")"
becomes 'its node is cordoned' 'SchedulingDisabled' kubectl get node "$spot_node"
expect 'and its annotation is sealed' 'node-drainer/interruption.*node-drainer/seal' kubectl get node "$spot_node" --output yaml
becomes 'its pods leave' '^0' gone "$spot_node" 'pod/api-'
busy_node=$(kubectl get pod db-0 --output 'jsonpath={.spec.nodeName}')
busy=$(kubectl get node "$busy_node" --output 'jsonpath={.spec.providerID}' | sed 's#.*/##')
expect 'autoscaling terminate-instance-in-auto-scaling-group' 'StatusCode' a autoscaling terminate-instance-in-auto-scaling-group --instance-id "$busy" --should-decrement-desired-capacity
becomes 'its pods leave' '^0' gone "$busy_node" 'pod/db-0'
becomes 'the hook is completed' "hook node-drainer of [^ ]+ ended CONTINUE by call" cat "$world"
becomes 'EC2 terminates it' 'terminated' text ec2 describe-instances --instance-ids "$busy" --query 'Reservations[].Instances[].State.Name'
becomes 'its node is gone' 'NotFound' kubectl get node "$busy_node"

echo '── docs/rollout.md: its commands, in its order, with names put in'
serve rollout.log --serve
eval "$(exports "$log")"
# The pages are written for version 2; version 1 takes every payload as it is and has no such option.
tool aws 'if cli --version 2>&1 | grep -q "^aws-cli/1"; then set -- "${@/#--cli-binary-format/}"; set -- "${@/#raw-in-base64-out/}"; fi
arguments=(); for one; do [ -z "$one" ] || arguments+=("$one"); done
exec cli --endpoint-url "$AWS_ENDPOINT_URL" "${arguments[@]}"'
group=workers instance=$(instance_of workers 0) spot=$(instance_of spot 0) spare=$(instance_of workers 1)
node=$(node_of "$instance") spare_node=$(node_of "$spare")
awk -v folder="$work" '/^```sh$/ { getline first; take = first == "# tried"; if (take) file = sprintf("%s/block-%02d", folder, ++n); next } /^```$/ { take = 0 } take { print > file }' docs/rollout.md
for block in "$work"/block-*; do sed -i "s/FUNCTION/node-drainer/; s/SPOT_INSTANCE/$spot/g; s/SPARE_INSTANCE/$spare/g; s/SPARE_NODE/$spare_node/g; s/INSTANCE\\b/$instance/g; s/NODE\\b/$node/g; s/\\bGROUP\\b/$group/g" "$block"; done
blocks=("$work"/block-*) taken=0
# block PATTERN: the next one, as it stands; its output matches.
block() {
  local file=${blocks[taken]:-/dev/null} answer
  taken=$((taken + 1))
  if answer=$(cd "$work" && timeout 90 bash -euo pipefail "$file" 2>&1 </dev/null) && grep -qzP -- "(?ms)$1" <<<"$answer"; then ok "$(head -1 "$file" | cut -c1-70)"; else bad "block $taken" "$answer"; fi
}
block '"StatusCode": 200.*"summary".*evicted.*Ready'
block '^\s*$'
block '"LifecycleHookName": "node-drainer".*"HeartbeatTimeout": 300'
block '"StatusCode": 200.*"outcome": "drained".*SchedulingDisabled.*uncordoned'
block 'MidTerminatingLifecycleAction.*web-'
becomes 'the smoke test: the node is cordoned' 'SchedulingDisabled|NotFound' kubectl get node "$node"
becomes 'the smoke test: its pods leave' '^0' gone "$node" 'pod/web-'
becomes 'the smoke test: the hook is completed' 'hook node-drainer of [^ ]+ ended CONTINUE by call' cat "$log"
block '"FailedEntryCount": 0'
becomes 'the Spot warning: the node is cordoned' 'SchedulingDisabled|NotFound' kubectl get node "$(node_of "$spot")"
block '^\s*$'
block '^\s*$'
never 'the hook is deleted' 'node-drainer' a autoscaling describe-lifecycle-hooks --auto-scaling-group-name "$group" --query 'LifecycleHooks[].LifecycleHookName'
block '"StatusCode": 200.*"done".*NAME'
if [ "$taken" = "${#blocks[@]}" ]; then ok 'every block was run'; else bad 'every block was run' "${#blocks[@]} blocks, $taken expected"; fi
eval "$(exports "$world")"

echo '── README.md and the pages for operators: every command that the sandbox answers, with names put in'
serve pages.log --serve
eval "$(exports "$log")"
ln -s "$PWD/deploy" "$work/deploy"
cp events/spot-reclaim.json "$work/event.json"
instance=$(instance_of workers 1) node=$(node_of "$(instance_of workers 1)")
queue_url() { text sqs get-queue-url --queue-name "$1" --query QueueUrl; }
names=(
  s/FUNCTION/node-drainer/ s/my-cluster/shop/ "s/\\bCLUSTER\\b/shop/" "s/my-group/workers/g" "s/\\bGROUP\\b/workers/" s/STACK/Rule/ s/RULE/SpotReclaimRule/
  "s/i-0123456789abcdef0/$instance/" "s/i-…/$instance/" "s/\\bNODE\\b/$node/g" "s/\\bPOD\\b/db-0/" "s#\\bROLE_ARN\\b#arn:aws:iam::111122223333:role/drainer#"
  "s#DEAD_LETTER_QUEUE_URL#$(queue_url DeadLetterQueue)#" "s#URGENT_QUEUE_URL#$(queue_url UrgentQueue)#" "s#NORMAL_QUEUE_URL#$(queue_url NormalQueue)#"
  "s/DEAD_LETTER_QUEUE_ARN/$(text sqs get-queue-attributes --queue-url "$(queue_url DeadLetterQueue)" --attribute-names QueueArn --query Attributes.QueueArn)/"
  "s/URGENT_MAPPING_ID/$(text lambda list-event-source-mappings --query 'EventSourceMappings[0].UUID')/"
)
# Those of the sh blocks, with continued lines joined, and those between backticks; a name without its arguments is no command.
commands() {
  awk '/^ *```sh/ { inside = 1; next } /^ *```/ { inside = 0; next }
    inside { line = line $0; if (sub(/\\$/, "", line)) next; sub(/^ +/, "", line); if (line ~ /^(aws|kubectl) /) print line; line = ""; next }
    { gsub(/\\\|/, "|"); rest = $0; while (match(rest, /`(aws|kubectl) [^`]*`/)) { print substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH) } }' "$@" |
    grep -E '^aws sts|^(\S+ ){3}|^kubectl get' | grep -vE '^aws (cloudformation|logs|cloudwatch) ' | awk '!seen[$0]++' | sed "${names[@]/#/-e}"
}
while IFS= read -r command; do
  if answer=$(cd "$work" && timeout 90 bash -euo pipefail -c "$command" 2>&1 </dev/null); then ok "${command:0:110}"; else bad "$command" "$answer"; fi
done < <(commands README.md docs/check.md docs/operating.md docs/troubleshooting.md)
eval "$(exports "$world")"

echo '── a check, the commands that it answers with, and a check after them'
serve unready.log --serve --scenario unready
eval "$(exports "$log")"
tool checked 'aws lambda invoke --function-name node-drainer --payload "{\"check\":{}}" "$1" >/dev/null && jq -r ".setup[].findings[].id" "$1" | sort -u | tr "\n" " "'
expect 'the check names one of each problem' '^admission-policies .*termination-hook' checked "$work/before.json"
kept=$(instance_of kept 0)
# What a person puts in: the instances, the mapping, the hook that is too many. CloudWatch is not served to this client.
while IFS= read -r command; do
  if answer=$(cd "$work" && timeout 90 bash -euo pipefail -c "$command" 2>&1 </dev/null); then ok "${command:0:110}"; else bad "$command" "$answer"; fi
done < <(jq -r '(.setup[].findings[], .clusters[].workloads[].findings[]).mend' "$work/before.json" | sed -E 's/(; [^:]*: |, then )(aws|kubectl) /\n\2 /g' | sed -E 's/^[^:]*: (aws|kubectl) /\1 /; s/(, (or|and|then) |; | \().*//' |
  grep -E '^(aws|kubectl) ' | grep -vE '^aws (cloudwatch|sqs) ' | sed "s/INSTANCE-IDS/$kept/; s/\bNAME\b/other/; s/\bUUID\b/$(text lambda list-event-source-mappings --query 'EventSourceMappings[?State==`Disabled`].UUID')/" | awk '!seen[$0]++')
expect 'what is left needs more than a command' '^admission-webhooks alarms dead-letters termination-handler $' checked "$work/after.json"
eval "$(exports "$world")"

echo '── --kubeconfig: the function on a cluster that is not the sandbox'"'"'s own'
kubectl create deployment guest --image=example/guest --replicas=3 >/dev/null
kubectl wait pod --for=condition=Ready --selector app=guest --timeout=30s >/dev/null
guest_node=$(kubectl get pods --selector app=guest --output 'jsonpath={.items[0].spec.nodeName}')
guest=$(kubectl get node "$guest_node" --output 'jsonpath={.spec.providerID}' | sed 's#.*/##')
serve dry.log --kubeconfig "$KUBECONFIG" --dry-run
dry=$log
expect 'a dry run is set going' '"FailedEntryCount": 0' env "$(exports "$dry" | grep -o 'AWS_ENDPOINT_URL=[^ ]*')" a events put-events --entries "$(warning "$guest")"
becomes 'it is finished' 'UrgentQueue.*deleted message' cat "$dry"
never 'it has cordoned nothing' 'SchedulingDisabled' kubectl get node "$guest_node"
expect 'it has evicted nobody' 'guest-' pods_on "$guest_node"
serve real.log --kubeconfig "$KUBECONFIG"
real=$log
expect 'a drain is set going' '"FailedEntryCount": 0' env "$(exports "$real" | grep -o 'AWS_ENDPOINT_URL=[^ ]*')" a events put-events --entries "$(warning "$guest")"
becomes 'the cluster'"'"'s node is cordoned' 'SchedulingDisabled' kubectl get node "$guest_node"
becomes 'the cluster'"'"'s pods leave' '^0' gone "$guest_node" 'pod/guest-'
expect 'the cluster was asked through the sandbox' 'PATCH /api/v1/nodes/.*/eviction' cat "$real"
expect 'without a known token there is no way in' 'Unauthorized|must be logged in' kubectl --kubeconfig "$(exports "$real" | sed -n 's/^export KUBECONFIG=//p')" --token nobody get nodes

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
