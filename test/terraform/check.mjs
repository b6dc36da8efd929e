// Holds deploy/terraform equal to template.yaml, and its module of members to deploy/member-account.yaml: both are worked out for the same
// values, and every resource, every statement of a policy, alarm, rule, setting, default, validation and output is compared. Then shows that it
// can fail: each of a list of changes to the module must be found. `npm ci` first; prints what it found and ends with 1 if that is anything.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accepts, pseudo, read, Stack } from './cfn.mjs';
import { isFlag, isList, isNumber, isOptional, root, snake, stale, without } from './generate.mjs';
import { Evaluation, load } from './hcl.mjs';
import { Provider } from './providers.mjs';

const group = 'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:0a1b2c3d-1111-2222-3333-444444444444:autoScalingGroupName/';
const kinds = ['SpotReclaim', 'CapacityReclaim', 'Termination', 'StateChange', 'ScheduledChange', 'RebalanceRecommendation', 'Launch'];

const hub = { HubRoleArn: 'arn:aws:iam::111122223333:role/node-drainer', HubEventBusArn: 'arn:aws:events:eu-central-1:111122223333:event-bus/default', ExternalId: 'an-id' };

const everything = {
  ClusterNames: 'a,b,c,d,e', Accounts: '123456789012,210987654321', Regions: 'eu-west-1,eu-central-1', AssumeRoleName: 'ops/node-drainer', AssumeRoleExternalId: 'an-id',
  RoleName: 'node-drainer', RolePath: '/platform/', PermissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary', CreateHookNotificationRole: 'true',
  KmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d', LogDeletionPolicy: 'Retain', QueueRetention: '3600', DeadLetterRetention: '86400',
  SubnetIds: 'subnet-0a1b2c3d,subnet-1a1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d', WebhookUrlParameter: '/node-drainer/webhook', WebhookHeadersParameter: '/node-drainer/headers', WebhookTemplateParameter: '/a/b', WebhookProxyParameter: '/c', WebhookAllowHttp: 'true', AlarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call',
  RunbookUrl: 'https://wiki.example/drainer', LivenessPeriod: '3600', MinimumPollers: '2', MaximumPollers: '20', ReservedConcurrency: '100', ManagedTagKey: 'team', ManagedTagValue: 'platform',
};

const sides = [
  {
    template: 'template.yaml', module: 'deploy/terraform', name: 'node-drainer', without, noOutput: ['AccessEntryCommand'], words: ['NextStep', 'HookNextStep'],
    package: { package_path: 'drainer.zip' },
    cases: {
      defaults: {},
      everything,
      'in China': { ...everything },
      'in GovCloud': { ...everything },
      'one cluster': { ClusterNames: 'a' },
      'more clusters than the stack has entries for': { ClusterNames: 'a,b,c,d,e,f,g' },
      'no entries': { ClusterNames: 'a,b', CreateAccessEntries: 'false' },
      'any group': { CheckTagBeforeDraining: 'false' },
      'named groups': { AutoScalingGroupArns: `${group}blue,${group}green` },
      'nothing on': { ...Object.fromEntries(kinds.map(kind => [`Action${kind}`, 'ignore'])), SweepSchedule: '', CheckSchedule: 'rate(1 day)', CreateCheckAlarm: 'true', CreateDashboard: 'false' },
      cron: { SweepSchedule: 'cron(0/5 * * * ? *)' },
      arm: { Architecture: 'arm64', MemorySize: '3008', UrgentBatchingWindow: '0', UrgentMaximumConcurrency: '900', MaximumConcurrency: '1000', LaunchTimeout: '600', LogRetentionDays: '3653', MetricsNamespace: 'team/drains' },
    },
  },
  {
    template: 'deploy/member-account.yaml', module: 'deploy/terraform/modules/member', name: 'node-drainer', without: {}, noOutput: [], words: ['NextStep'], package: {},
    cases: {
      defaults: hub,
      clusters: { ...hub, ClusterNames: 'a,b,c,d,e', RolePath: '/ops/', PermissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary', Regions: 'eu-west-1,eu-central-1' },
      'second region': { ...hub, CreateRole: 'false', ClusterNames: 'a' },
      'tag value': { ...hub, ManagedTagKey: 'team', ManagedTagValue: 'platform', CreateAccessEntries: 'false', ClusterNames: 'a' },
      'named groups': { ...hub, AutoScalingGroupArns: `${group}blue,${group}green`, AlarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call' },
      'any group': { ...hub, CheckTagBeforeDraining: 'false', ...Object.fromEntries(kinds.map(kind => [`Forward${kind}`, 'false'])) },
    },
  },
];

/** What is not the partition aws: the suffix of its hosts and the console. */
const partitions = { 'in China': ['aws-cn', 'amazonaws.com.cn', 'console.amazonaws.cn'], 'in GovCloud': ['aws-us-gov', 'amazonaws.com', 'console.amazonaws-us-gov.com'] };
const usual = ['aws', 'amazonaws.com', 'console.aws.amazon.com'];

function move([partition, suffix]) {
  Object.assign(pseudo, { 'AWS::Partition': partition, 'AWS::URLSuffix': suffix });
  Object.assign(data.aws_partition.current, { partition, dns_suffix: suffix });
}

// ---- The same words on both sides ---------------------------------------------------------------------------------------

const ids = {
  aws_sqs_queue: name => `${pascal(name)}Queue`,
  aws_lambda_function: () => 'DrainerFunction',
  aws_lambda_event_source_mapping: name => `${pascal(name)}Mapping`,
  aws_iam_role: name => `${pascal(name)}Role`,
  aws_cloudwatch_log_group: () => 'DrainerLogGroup',
  aws_cloudwatch_event_rule: (name, key) => (name === 'kind' ? `${key}Rule` : `${pascal(name)}Rule`),
  aws_cloudwatch_metric_alarm: (name, key) => (name === 'alarm' ? `${key}Alarm` : `${pascal(name)}Alarm`),
};

const pascal = name => name.replaceAll(/(^|_)(\w)/g, (_, __, letter) => letter.toUpperCase());

/** Which of CloudFormation's references an attribute is; the wildcard at the end of a log group's ARN is the provider's to leave out. */
const attributes = {
  'aws_iam_role.unique_id': '.RoleId', 'aws_sqs_queue.url': '', 'aws_sqs_queue.name': '.QueueName', 'aws_lambda_function.function_name': '', 'aws_lambda_event_source_mapping.uuid': '', 'aws_cloudwatch_log_group.name': '', 'aws_cloudwatch_event_rule.name': '', 'aws_iam_role.name': '' };

const referred = [];

function refer(type, name, key, attribute) {
  referred.push([type, attribute]);
  if (!ids[type]) throw new Error(`check.mjs does not know what ${type}.${name}.${attribute} is`);
  return `\${${ids[type](name, key)}${attributes[`${type}.${attribute}`] ?? `.${pascal(attribute)}`}}`;
}

const same = text => text
  .replaceAll('${DrainerLogGroup.Arn}:*', '${DrainerLogGroup.Arn}')
  .replaceAll(/\$\{(Urgent|Normal)Queue\.Arn\}/g, (_, lane) => `arn:${pseudo['AWS::Partition']}:sqs:eu-central-1:123456789012:node-drainer-${lane.toLowerCase()}`);

/** Numbers, flags and texts alike; keys in order. */
function canonical(node) {
  if (Array.isArray(node)) return node.map(canonical);
  if (node && typeof node === 'object') return Object.fromEntries(Object.keys(node).sort().filter(key => node[key] !== undefined && node[key] !== null).map(key => [key, canonical(node[key])]));
  return same(String(node));
}

const list = value => (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

function policy(document) {
  return (typeof document === 'string' ? JSON.parse(document) : document).Statement.map(({ Action, Resource, Condition, ...rest }) => ({
    ...rest, Action: list(Action).sort(), Resource: list(Resource),
    Condition: Condition && Object.fromEntries(Object.entries(Condition).map(([operator, keys]) => [operator, Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, list(value).sort()]))])),
  }));
}

function flat(into, id, value) {
  for (const [key, one] of Object.entries(value)) {
    if (one === undefined || one === null) continue;
    if (Array.isArray(one) && key.startsWith('policy')) one.forEach((statement, index) => { into[`${id} ${key} statement ${index + 1}`] = JSON.stringify(canonical(statement)); });
    else into[`${id} ${key}`] = JSON.stringify(canonical(one));
  }
}

// ---- CloudFormation -----------------------------------------------------------------------------------------------------

const stacks = {
  'AWS::SQS::Queue': (p, r) => ({
    name: r.id.startsWith('Forward') ? undefined : p.QueueName, sse: p.SqsManagedSseEnabled, key: p.KmsMasterKeyId, visibility: p.VisibilityTimeout, size: p.MaximumMessageSize, retention: p.MessageRetentionPeriod,
    redrive: p.RedrivePolicy, allow: p.RedriveAllowPolicy,
  }),
  'AWS::SQS::QueuePolicy': p => ({ policy: policy(p.PolicyDocument), queues: p.Queues }),
  'AWS::Lambda::EventSourceMapping': p => ({
    function: p.FunctionName, queue: p.EventSourceArn, batch: p.BatchSize, window: p.MaximumBatchingWindowInSeconds ?? 0, answers: p.FunctionResponseTypes, concurrency: p.ScalingConfig?.MaximumConcurrency, least: p.ProvisionedPollerConfig?.MinimumPollers, most: p.ProvisionedPollerConfig?.MaximumPollers,
  }),
  'AWS::Events::Rule': p => ({ description: p.Description, state: p.State ?? 'ENABLED', pattern: p.EventPattern, targets: p.Targets.map(one => ({ id: one.Id, arn: one.Arn, role: one.RoleArn, dead: one.DeadLetterConfig.Arn })) }),
  'AWS::IAM::Role': (p, r) => ({
    name: p.RoleName, path: p.Path, boundary: p.PermissionsBoundary, 'policy of trust': policy(p.AssumeRolePolicyDocument),
    ...Object.fromEntries(p.Policies.map(one => [`policy ${one.PolicyName}`, policy(one.PolicyDocument)])),
  }),
  'AWS::EKS::AccessEntry': p => ({ role: p.PrincipalArn, groups: p.KubernetesGroups }),
  'AWS::CloudWatch::Alarm': p => ({
    name: p.AlarmName, description: p.AlarmDescription, namespace: p.Namespace, metric: p.MetricName, dimensions: p.Dimensions?.map(one => [one.Name, one.Value]), statistic: p.Statistic, period: p.Period,
    periods: p.EvaluationPeriods, of: p.DatapointsToAlarm, threshold: p.Threshold, comparison: p.ComparisonOperator, missing: p.TreatMissingData, actions: p.AlarmActions ?? [], ok: p.OKActions ?? [],
    metrics: p.Metrics?.map(one => ({
      id: one.Id, expression: one.Expression, label: one.Label, shown: one.ReturnData ?? true, namespace: one.MetricStat?.Metric.Namespace, metric: one.MetricStat?.Metric.MetricName,
      dimensions: one.MetricStat?.Metric.Dimensions.map(dimension => [dimension.Name, dimension.Value]), period: one.MetricStat?.Period, statistic: one.MetricStat?.Stat,
    })),
  }),
  'AWS::Logs::LogGroup': (p, r) => ({ name: p.LogGroupName, days: p.RetentionInDays, key: p.KmsKeyId, kept: r.deletion === 'Retain' }),
  'AWS::Logs::QueryDefinition': p => ({ name: p.Name, groups: p.LogGroupNames, text: p.QueryString.trimEnd() }),
  'AWS::CloudWatch::Dashboard': p => ({ name: p.DashboardName, body: JSON.parse(same(p.DashboardBody)) }),
  'AWS::Events::EventBusPolicy': p => ({ accounts: p.Statement.Principal.AWS, action: p.Statement.Action }),
  'AWS::Serverless::Function': p => ({
    runtime: p.Runtime, handler: p.Handler, architectures: p.Architectures, memory: p.MemorySize, timeout: p.Timeout, recursion: p.RecursiveLoop, reserved: p.ReservedConcurrentExecutions ?? -1, role: p.Role, key: p.KmsKeyArn,
    log: [p.LoggingConfig.LogGroup, p.LoggingConfig.LogFormat, p.LoggingConfig.ApplicationLogLevel, p.LoggingConfig.SystemLogLevel], subnets: p.VpcConfig?.SubnetIds, groups: p.VpcConfig?.SecurityGroupIds,
    retries: p.EventInvokeConfig.MaximumRetryAttempts, age: p.EventInvokeConfig.MaximumEventAgeInSeconds,
    sweep: [p.Events.Sweep.Properties.Description, p.Events.Sweep.Properties.Schedule, p.Events.Sweep.Properties.State, p.Events.Sweep.Properties.Input],
    check: [p.Events.Check.Properties.Description, p.Events.Check.Properties.Schedule, p.Events.Check.Properties.State, p.Events.Check.Properties.Input],
    ...Object.fromEntries(Object.entries(p.Environment.Variables).map(([name, value]) => [`variable ${name}`, value])),
  }),
};

function ofStack(stack) {
  const found = {};
  for (const resource of stack.resources()) {
    if (!stacks[resource.type]) throw new Error(`check.mjs does not know ${resource.type}`);
    const p = resource.properties;
    const id = resource.type === 'AWS::EKS::AccessEntry' ? `AccessEntry of ${p.ClusterName}` : resource.type === 'AWS::SQS::QueuePolicy' ? resource.id : resource.id;
    flat(found, id, stacks[resource.type](p, resource));
  }
  return found;
}

// ---- Terraform ----------------------------------------------------------------------------------------------------------

function ofModule(evaluation) {
  const found = {};
  const bits = {}; // what CloudFormation has in one resource and Terraform in several
  const add = (id, value) => { bits[id] = { ...bits[id], ...value }; };
  const json = text => JSON.parse(text);
  const groups = {};
  for (const { type, name, key, body: b } of evaluation.resources()) {
    switch (type) {
      case 'aws_sqs_queue':
        add(`${pascal(name)}Queue`, {
          name: name.startsWith('forward') ? undefined : b.name, sse: b.sqs_managed_sse_enabled, key: b.kms_master_key_id, visibility: b.visibility_timeout_seconds, size: b.max_message_size, retention: b.message_retention_seconds,
          redrive: b.redrive_policy && json(b.redrive_policy),
        });
        break;
      case 'aws_sqs_queue_redrive_allow_policy': add(b.queue_url.slice(2, -1), { allow: json(b.redrive_allow_policy) }); break;
      case 'aws_sqs_queue_policy': add(`${b.queue_url.slice(2, -1)}Policy`, { policy: policy(b.policy), queues: [b.queue_url] }); break;
      case 'aws_lambda_event_source_mapping':
        add(`${pascal(name)}Mapping`, {
          function: b.function_name, queue: b.event_source_arn, batch: b.batch_size, window: b.maximum_batching_window_in_seconds ?? 0, answers: b.function_response_types, concurrency: b.scaling_config?.[0].maximum_concurrency,
          least: b.provisioned_poller_config?.[0].minimum_pollers, most: b.provisioned_poller_config?.[0].maximum_pollers,
        });
        break;
      case 'aws_cloudwatch_event_rule':
        if (name === 'sweep' || name === 'check') groups[name] = [b.description, b.schedule_expression, b.state];
        else add(ids[type](name, key), { description: b.description, state: b.state ?? 'ENABLED', pattern: json(b.event_pattern) });
        break;
      case 'aws_cloudwatch_event_target':
        if (name === 'sweep' || name === 'check') (groups.inputs ??= {})[name] = b.input;
        else add(b.rule.slice(2, -1), { targets: [{ id: b.target_id, arn: b.arn, role: b.role_arn, dead: b.dead_letter_config[0].arn }] });
        break;
      case 'aws_iam_role': add(`${pascal(name)}Role`, { name: b.name, path: b.path, boundary: b.permissions_boundary, 'policy of trust': policy(b.assume_role_policy) }); break;
      case 'aws_iam_role_policy': add(b.role.slice(2, -1), { [`policy ${b.name}`]: policy(b.policy) }); break;
      case 'aws_eks_access_entry': add(`AccessEntry of ${b.cluster_name}`, { role: b.principal_arn, groups: b.kubernetes_groups }); break;
      case 'aws_cloudwatch_metric_alarm':
        add(ids[type](name, key), {
          name: b.alarm_name, description: b.alarm_description, namespace: b.namespace, metric: b.metric_name, dimensions: b.dimensions && Object.entries(b.dimensions), statistic: b.statistic, period: b.period,
          periods: b.evaluation_periods, of: b.datapoints_to_alarm, threshold: b.threshold, comparison: b.comparison_operator, missing: b.treat_missing_data, actions: b.alarm_actions, ok: b.ok_actions,
          metrics: b.metric_query?.map(one => ({
            id: one.id, expression: one.expression, label: one.label, shown: one.return_data, namespace: one.metric?.[0].namespace, metric: one.metric?.[0].metric_name,
            dimensions: one.metric && Object.entries(one.metric[0].dimensions), period: one.metric?.[0].period, statistic: one.metric?.[0].stat,
          })),
        });
        break;
      case 'aws_cloudwatch_log_group': add('DrainerLogGroup', { name: b.name, days: b.retention_in_days, key: b.kms_key_id, kept: b.skip_destroy }); break;
      case 'aws_cloudwatch_query_definition': add(`${key}Query`, { name: b.name, groups: b.log_group_names, text: b.query_string.trimEnd() }); break;
      case 'aws_cloudwatch_dashboard': add('Dashboard', { name: b.dashboard_name, body: json(same(b.dashboard_body)) }); break;
      case 'aws_cloudwatch_event_permission': add('MemberEventsPolicy', { accounts: [...(bits.MemberEventsPolicy?.accounts ?? []), b.principal], action: b.action }); break;
      case 'aws_lambda_function':
        groups.function = {
          runtime: b.runtime, handler: b.handler, architectures: b.architectures, memory: b.memory_size, timeout: b.timeout, reserved: b.reserved_concurrent_executions, role: b.role, key: b.kms_key_arn,
          log: [b.logging_config[0].log_group, b.logging_config[0].log_format, b.logging_config[0].application_log_level, b.logging_config[0].system_log_level],
          subnets: b.vpc_config?.[0].subnet_ids, groups: b.vpc_config?.[0].security_group_ids,
          ...Object.fromEntries(Object.entries(b.environment[0].variables).map(([one, value]) => [`variable ${one}`, value])),
        };
        break;
      case 'aws_lambda_function_recursion_config': groups.recursion = b.recursive_loop; break;
      case 'aws_lambda_function_event_invoke_config': Object.assign(groups, { retries: b.maximum_retry_attempts, age: b.maximum_event_age_in_seconds }); break;
      case 'aws_lambda_permission': (groups.permissions ??= []).push([b.action, b.function_name, b.principal, b.source_arn].join(' ')); break;
      case 'terraform_data': break;
      default: throw new Error(`check.mjs does not know ${type}`);
    }
  }
  if (groups.function) {
    add('DrainerFunction', { ...groups.function, recursion: groups.recursion, retries: groups.retries, age: groups.age, sweep: [...groups.sweep, groups.inputs.sweep], check: [...groups.check, groups.inputs.check] });
    // SAM makes the permissions of the schedules itself.
    for (const rule of ['SweepRule', 'CheckRule']) {
      if (!groups.permissions?.includes(`lambda:InvokeFunction \${DrainerFunction} events.amazonaws.com \${${rule}.Arn}`)) found[`the schedule ${rule} may not invoke the function`] = groups.permissions;
    }
  }
  for (const [id, value] of Object.entries(bits)) flat(found, id, value);
  return found;
}

// ---- The comparison -----------------------------------------------------------------------------------------------------

const data = { aws_caller_identity: { current: { account_id: pseudo['AWS::AccountId'] } }, aws_partition: { current: { partition: 'aws', dns_suffix: 'amazonaws.com' } }, aws_region: { current: { id: pseudo['AWS::Region'] } } };

function toVariable(parameter, value) {
  if (isList(parameter)) return value === '' ? [] : value.split(',');
  if (isFlag(parameter)) return value === 'true';
  if (isNumber(parameter)) return Number(value);
  return isOptional(parameter) && value === '' ? null : value;
}

function variablesOf(side, template, given) {
  return { name: side.name, ...side.package, ...Object.fromEntries(Object.entries(given).filter(([name]) => !(name in side.without)).map(([name, value]) => [snake(name), toVariable(template.Parameters[name], value)])) };
}

function differences(side, template, module) {
  const found = [];
  for (const [name, given] of Object.entries(side.cases)) {
    move(partitions[name] ?? usual);
    const stack = new Stack(template, given);
    const evaluation = new Evaluation(module, variablesOf(side, template, given), refer, data);
    found.push(...stack.refusals().map(one => `${name}: the template refuses ${one}`), ...evaluation.refusals().map(one => `${name}: the module refuses: ${one}`));
    const [ours, theirs] = [ofStack(stack), ofModule(evaluation)];
    const entries = (given.ClusterNames ?? '').split(',').slice(5).map(cluster => `AccessEntry of ${cluster} `);
    for (const what of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      if (ours[what] !== theirs[what] && !entries.some(entry => what.startsWith(entry))) found.push(`${name}: ${what}\n    ${side.template}: ${ours[what] ?? 'nothing'}\n    ${side.module}: ${theirs[what] ?? 'nothing'}`);
    }
    for (const entry of entries) if (!theirs[`${entry}role`]) found.push(`${name}: no ${entry}`);
    if (name === 'everything' || name === 'clusters' || partitions[name]) {
      found.push(...outputs(side, template, stack, evaluation));
      const [console, url] = [(partitions[name] ?? usual)[2], template.Outputs.DashboardUrl && stack.value(template.Outputs.DashboardUrl.Value)];
      if (url && !url.startsWith(`https://${console}/`)) found.push(`${name}: the dashboard is at ${url}, not at ${console}`);
    }
  }
  move(usual);
  return found;
}

function* outputs(side, template, stack, evaluation) {
  const names = Object.keys(template.Outputs).filter(name => !side.noOutput.includes(name));
  for (const name of Object.keys(evaluation.module.output)) if (!names.map(snake).includes(name)) yield `output ${name} is none of ${side.template}`;
  for (const name of names) {
    const output = evaluation.module.output[snake(name)];
    if (!output) yield `no output ${snake(name)}`;
    else if (JSON.stringify(canonical(stack.value(template.Outputs[name].Value))) !== JSON.stringify(canonical(evaluation.value(output[0].value, {})))) {
      yield `output ${snake(name)}\n    ${side.template}: ${stack.value(template.Outputs[name].Value)}\n    ${side.module}: ${evaluation.value(output[0].value, {})}`;
    }
  }
}

const pool = [
  '', 'a', '-a', '_a', '!a', 'a!b', '*', 'node-*', 'a/b', '/a', '/a/', '/a/b', '/', 'a.b', 'a:b', 'a b', 'a+b', 'ä', 'A-b_C9', 'a,b', '!a,b', 'a,b,c,d,e,f', 'karpenter', 'carpenter', 'karpenter,auto-mode', 'true', 'false',
  'drain', 'cordon', 'ignore', 'auto', 'complete', 'continue', 'abandon', 'leave', 'NoSchedule', 'NoExecute', 'x86_64', 'arm64', 'info', 'INFO', 'Delete', 'Retain', 'key=value', 'key=', '=value', 'example.com/key=a value',
  '12345678901', '123456789012', '123456789012,210987654321', 'eu-west-1', 'us-gov-west-1', 'eu-west', 'eu-west-1,us-east-1', 'eu-west-1,x', '-2', '-1', '0', '1', '2', '9', '10', '30', '49', '50', '59', '60', '128', '127', '200', '201', '900',
  '1000', '1001', '2000', '3008', '3600', '3601', '7200', '86400', '172800', '172801', '1209600', '1209601', '10.5', 'AWS/x', 'AWS', 'aws/x', '{}', '{"a":"b"}', '[]', '{{node}}', '{{ .NodeName }}', 'http://proxy:3128', 'ftp://proxy',
  'subnet-0a1b', 'sg-0a1b', 'subnet-x', 'rate(5 minutes)', 'rate(1 minutes)', 'cron(0/5 * * * ? *)', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(255), 'x'.repeat(256),
  'arn:aws:iam::123456789012:policy/a', 'arn:aws:iam::123456789012:role/a', 'arn:aws:kms:eu-west-1:123456789012:key/0a-1b', 'arn:aws:kms:eu-west-1:123456789012:alias/a', 'arn:aws:sns:eu-west-1:123456789012:topic', `${group}a`, `${group}a,${group}b`,
  'arn:aws:events:eu-west-1:123456789012:event-bus/default', 'https://wiki.example/x', 'https://wiki.example/x#y', 'AROAABCDEFGHIJKLMNOPQ', 'AROAABCDEFGHIJKLMNOPQ,AIDAABCDEFGHIJKLMNOPQ',
];

/** Each parameter has its variable, which takes what it takes, and the same by default. */
function* declarations(side, template, module) {
  const own = ['name', 'tags', 'package_path', 'package_url', 'package_sha256', 'package_s3'];
  const names = Object.keys(template.Parameters).filter(name => !(name in side.without));
  for (const name of Object.keys(module.variable)) if (!own.includes(name) && !names.map(snake).includes(name)) yield `variable ${name} is no parameter of ${side.template}`;
  for (const name of names) {
    const parameter = template.Parameters[name];
    const variable = module.variable[snake(name)]?.[0];
    if (!variable) {
      yield `no variable ${snake(name)}`;
      continue;
    }
    const standard = new Evaluation({ ...module, variable: { [snake(name)]: [variable] } }, {}, refer, data).variables[snake(name)];
    const wanted = parameter.Default === undefined ? undefined : toVariable(parameter, String(parameter.Default));
    if (JSON.stringify(standard) !== JSON.stringify(wanted)) yield `${snake(name)} is ${JSON.stringify(standard)} by default, not ${JSON.stringify(wanted)}`;
    for (const value of pool) {
      if (isFlag(parameter) || (isNumber(parameter) && !/^-?[0-9.]+$/.test(value)) || (value === '' && (isOptional(parameter) || isList(parameter)))) continue;
      const one = new Evaluation({ ...module, resource: {}, variable: { [snake(name)]: [variable] } }, { [snake(name)]: toVariable(parameter, value) }, refer, data);
      if (accepts(parameter, value) !== (one.refusals().length === 0)) yield `${snake(name)}: the template ${accepts(parameter, value) ? 'takes' : 'refuses'} ${JSON.stringify(value)} and the module does not`;
    }
  }
}

/** A rule of the template and a precondition of the module refuse the same. */
function* refusals(side, template, module) {
  const bad = [
    { SubnetIds: 'subnet-0a1b2c3d' }, { SecurityGroupIds: 'sg-0a1b2c3d' }, { AssumeRoleName: 'node-drainer' }, { Accounts: '123456789012,210987654321' }, { AssumeRoleExternalId: 'an-id' }, { MinimumPollers: '1' },
    { CheckTagBeforeDraining: 'false', ManagedTagValue: 'yes' }, { CreateCheckAlarm: 'true' }, { KubernetesEventsExtraAnnotations: 'team=platform' },
    ...['WebhookHeadersParameter', 'WebhookTemplateParameter', 'WebhookProxyParameter'].map(name => ({ [name]: '/a/b' })), { WebhookAllowHttp: 'true' },
  ].filter(given => Object.keys(given).every(name => template.Parameters[name])).map(given => (side.cases.defaults.HubRoleArn ? { ...hub, ...given } : given));
  const broken = new Set();
  for (const given of bad) {
    const ours = new Stack(template, given).refusals();
    ours.forEach(one => broken.add(one));
    const theirs = new Evaluation(module, variablesOf(side, template, given), refer, data).refusals();
    if ((ours.length > 0) !== (theirs.length > 0)) yield `${JSON.stringify(given)}: the template ${ours.length > 0 ? `refuses it (${ours})` : 'takes it'} and the module does not`;
  }
  for (const rule of Object.keys(template.Rules ?? {})) if (!broken.has(rule)) yield `no values here break the rule ${rule}`;
}

function* names(module, providers) {
  for (const [type, named] of Object.entries(module.resource)) {
    if (type === 'terraform_data') continue;
    for (const [name, [declared]] of Object.entries(named)) {
      const { for_each: _, count: __, lifecycle, depends_on: ___, provider: ____, ...body } = declared;
      for (const provider of providers.filter(one => one.folder.includes(type.split('_')[0]))) for (const problem of provider.problems(type, body)) yield `provider ${provider.version}: ${name}: ${problem}`;
    }
  }
}

async function everythingWrong(side, change) {
  const template = read(join(root, side.template));
  const module = await load(join(root, side.module), change);
  return [...differences(side, template, module), ...declarations(side, template, module), ...refusals(side, template, module), ...names(module, providers)];
}

// ---- What must be found -------------------------------------------------------------------------------------------------

const mutations = [
  ['role.tf', '"autoscaling:DescribeWarmPool",', '', 'an action less'],
  ['role.tf', '"lambda:SourceFunctionArn"', '"aws:SourceArn"', 'another condition of a deny'],
  ['role.tf', 'Action   = local.hook_actions', 'Action   = ["autoscaling:*"]', 'a wider action'],
  ['role.tf', '"aws:SourceAccount" = local.account', '"aws:SourceAccount" = "*"', 'a wider trust'],
  ['role.tf', 'wanted = local.in_vpc', 'wanted = true', 'a policy that is not asked for'],
  ['queues.tf', '"aws:SecureTransport" = "false"', '"aws:SecureTransport" = "true"', 'a deny that denies nothing'],
  ['queues.tf', 'if rule.lane == "urgent"', 'if rule.lane != ""', 'a rule that may send to the wrong queue'],
  ['queues.tf', 'maxReceiveCount     = 5', 'maxReceiveCount     = 3', 'fewer receives'],
  ['queues.tf', 'redrivePermission = "byQueue"', 'redrivePermission = "allowAll"', 'a wider redrive'],
  ['queues.tf', 'batch_size              = 10', 'batch_size              = 10\n  batch_sizes             = 10', 'an argument that is none'],
  ['queues.tf', 'visibility_timeout_seconds', 'visibility_timeout', 'an argument that the provider lacks'],
  ['alarms.tf', 'threshold           = 60', 'threshold           = 300', 'another threshold'],
  ['alarms.tf', 'ok_actions          = local.topic', 'ok_actions          = []', 'an alarm that never ends'],
  ['rules.tf', '"ecs-managed-*"', '"ecs-*"', 'another pattern'],
  ['environment.tf', 'DRY_RUN ', 'DRYRUN ', 'a variable of another name'],
  ['function.tf', 'recursive_loop = "Allow"', 'recursive_loop = "Terminate"', 'recursion'],
  ['variables.tf', 'default     = 3600', 'default     = 7200', 'another default'],
  ['variables.tf', '{0,99}$', '{0,9}$', 'a narrower validation'],
  ['function.tf', 'condition     = var.minimum_pollers != 1', 'condition     = true', 'a rule less'],
  ['alarms.tf', 'missing = "ignore"', 'missing = "notBreaching"', 'an alarm that ends by itself'],
  ['versions.tf', 'console.amazonaws.cn', 'console.amazonaws.com.cn', 'an address that is no console'],
  ['outputs.tf', 'value       = aws_sqs_queue.dead_letter.arn', 'value       = aws_sqs_queue.normal.arn', 'another output'],
];

async function blind() {
  const found = [];
  for (const [file, from, to, what] of mutations) {
    let changed = false;
    const change = (name, text) => {
      if (name !== file || !text.includes(from)) return text;
      changed = true;
      return text.replace(from, to);
    };
    let seen;
    try {
      seen = (await everythingWrong(sides[0], change)).length > 0;
    } catch {
      seen = true;
    }
    if (!changed) found.push(`${file} has no ${from} to change`);
    else if (!seen) found.push(`not found: ${what} (${from} → ${to})`);
  }
  return found;
}

// ---- Examples and submodules --------------------------------------------------------------------------------------------

async function examples() {
  const found = [];
  for (const example of readdirSync(join(root, 'deploy/terraform/examples'))) {
    const folder = join(root, 'deploy/terraform/examples', example);
    const module = await load(folder);
    for (const [name, [call]] of Object.entries(module.module)) {
      const { source, providers: _, for_each: forEach, ...given } = call;
      const target = resolve(folder, source);
      if (!existsSync(target)) {
        found.push(`${example}: module ${name} is at ${source}, where nothing is`);
        continue;
      }
      const called = await load(target);
      for (const argument of Object.keys(given)) if (!called.variable[argument]) found.push(`${example}: module ${name} has no variable ${argument}`);
      for (const [variable, [declared]] of Object.entries(called.variable)) if (!('default' in declared) && !(variable in given)) found.push(`${example}: module ${name} needs ${variable}`);
      const outer = new Evaluation(module, { external_id: 'an-id' }, refer, data);
      const samples = { 'module.node_drainer.role_arn': hub.HubRoleArn, 'module.node_drainer.event_bus_arn': hub.HubEventBusArn };
      const values = Object.fromEntries(Object.entries(outer.value(given, { each: { key: 'a', value: 'a' } })).map(([key, value]) => [key, samples[/^\$\{(module[\w.]+)\}$/.exec(value)?.[1]] ?? value]));
      found.push(...new Evaluation(called, values, refer, data).refusals().map(one => `${example}: module ${name}: ${one}`));
    }
  }
  return found;
}

const providers = [new Provider('provider-aws-5'), new Provider('provider-aws-6'), new Provider('provider-kubernetes')];
let wrong = 0;
function report(what, found) {
  wrong += found.length;
  console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'}  ${what}`);
  for (const one of found) console.log(`  ${one}`);
}

report('variables, queries and dashboard are what the templates say (node test/terraform/generate.mjs writes them)', stale());
for (const side of sides) report(`${side.module} is ${side.template} for ${Object.keys(side.cases).length} sets of values, statement by statement, with the arguments of the AWS providers ${providers[0].version} and ${providers[1].version}`, await everythingWrong(side));
for (const module of ['group', 'cluster']) report(`modules/${module} has the arguments of its provider`, [...names(await load(join(root, 'deploy/terraform/modules', module)), providers)]);
report('attributes that are read exist', [...new Set(referred.map(one => one.join('.')))].map(one => one.split('.')).flatMap(([type, attribute]) => providers.slice(0, 2).filter(one => !one.reads(type, attribute)).map(one => `provider ${one.version}: ${type} has no ${attribute}`)));
report('the examples call the modules as they are', await examples());
report(`${mutations.length} changes of the module are each found`, await blind());
process.exit(wrong === 0 ? 0 : 1);
