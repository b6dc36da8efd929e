// What in deploy/terraform is made from template.yaml and deploy/member-account.yaml: variables (type, default and validation of each
// parameter), the saved queries and the dashboard. `node generate.mjs` writes the files; check.mjs says whether they are up to date.
import { writeFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { read } from './cfn.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const snake = name => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();

/** Parameters of the template that are no variable of the module, and why. */
export const without = {
  QueueDeletionPolicy: 'Terraform takes no variable for what a destroy leaves behind; terraform state rm keeps a queue',
};

const listOf = pattern => /^\^\$\|\^(.+)\(,(.+)\)(\*|\{0,[0-9]+\})\$$/.exec(pattern ?? '');

export const isList = parameter => listOf(parameter.AllowedPattern)?.[1] !== undefined && listOf(parameter.AllowedPattern)[1] === listOf(parameter.AllowedPattern)[2];

export const isFlag = parameter => (parameter.AllowedValues ?? []).map(String).sort().join() === 'false,true';

/** A text whose values are -1 or whole numbers. */
export const isNumber = parameter => parameter.Type === 'Number' || (parameter.AllowedPattern ?? '').startsWith('^(-1|');

export const isOptional = parameter => parameter.Default === '' && !isList(parameter);

const quoted = text => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');

// In the words of the module: its variables, no stack.
function described(text, names) {
  let words = text.replaceAll(/\s+/g, ' ').trim().replaceAll(/,? ?separated by commas,?/g, '').replaceAll(' .', '.');
  for (const name of names.filter(name => /[a-z][A-Z]/.test(name))) words = words.replaceAll(new RegExp(`\\b${name}\\b(?!Alarm)`, 'g'), snake(name));
  return words;
}

const own = {
  cluster_names: 'Names of the clusters; the module creates an access entry in each. Empty means every cluster of this account that instance tags name (docs/many-clusters.md).',
  create_access_entries: 'Create an EKS access entry in each of cluster_names, bound to the group node-drainer. Set it to false for clusters whose authentication mode is CONFIG_MAP (docs/security.md).',
  architecture: 'Architecture of the zip: x86_64 or arm64.',
};

/** The regular expressions of Terraform have no lookahead: ^(?!this)that becomes two. */
function ahead(pattern) {
  if (!pattern.startsWith('^(?!')) return [undefined, pattern];
  let depth = 1, i = 4;
  for (; depth > 0; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[') i = pattern.indexOf(']', i);
    else if (pattern[i] === '(') depth++;
    else if (pattern[i] === ')') depth--;
  }
  return [pattern.slice(4, i - 1), pattern.slice(i)];
}

function validation(name, parameter) {
  const variable = `var.${snake(name)}`;
  if (isList(parameter)) return `alltrue([for one in ${variable} : can(regex(${quoted(`^${listOf(parameter.AllowedPattern)[1]}$`)}, one))])`;
  if (isFlag(parameter)) return undefined;
  if (isNumber(parameter)) {
    if (parameter.AllowedValues) return `contains([${parameter.AllowedValues.join(', ')}], ${variable})`;
    if (parameter.Type !== 'Number') return `${variable} == -1 || (${variable} >= 10 && ${variable} <= 3600 && floor(${variable}) == ${variable})`;
    return `${variable} >= ${parameter.MinValue} && ${variable} <= ${parameter.MaxValue} && floor(${variable}) == ${variable}`;
  }
  if (parameter.AllowedValues) return `contains([${parameter.AllowedValues.map(quoted).join(', ')}], ${variable})`;
  if (!parameter.AllowedPattern) return undefined;
  const [refused, rest] = ahead(isOptional(parameter) ? parameter.AllowedPattern.replace(/^\^\$\|/, '') : parameter.AllowedPattern);
  const condition = refused
    ? `(!can(regex(${quoted(`^${refused}`)}, ${variable})) && can(regex(${quoted(`^${rest}`)}, ${variable})))`
    : `can(regex(${quoted(rest)}, ${variable}))`;
  return isOptional(parameter) ? `${variable} == null || ${condition}` : condition;
}

function allowed(parameter) {
  const words = parameter.AllowedValues ? `one of ${parameter.AllowedValues.join(', ')}`
    : isNumber(parameter) ? (parameter.Type === 'Number' ? `a whole number from ${parameter.MinValue} to ${parameter.MaxValue}` : '-1, or a whole number from 10 to 3600')
    : parameter.ConstraintDescription.replace(/\.$/, '').replace(/ ?separated by commas, without spaces/, '').replace(/, or several ?$/, '');
  return words.trim();
}

function variables(template, file, except) {
  const names = Object.keys(template.Parameters);
  const blocks = Object.entries(template.Parameters).filter(([name]) => !(name in except)).map(([name, parameter]) => {
    const type = isList(parameter) ? 'list(string)' : isFlag(parameter) ? 'bool' : isNumber(parameter) ? 'number' : 'string';
    const standard = parameter.Default === undefined ? undefined
      : isList(parameter) ? (parameter.Default === '' ? '[]' : JSON.stringify(parameter.Default.split(',')))
      : isOptional(parameter) ? 'null'
      : type === 'string' ? quoted(String(parameter.Default)) : String(parameter.Default);
    const condition = validation(name, parameter);
    return [
      `variable "${snake(name)}" {`,
      `  description = ${quoted(own[snake(name)] ?? described(parameter.Description, names))}`,
      `  type        = ${type}`,
      ...(standard === undefined ? [] : [`  default     = ${standard}`]),
      ...(parameter.NoEcho ? ['  sensitive   = true'] : []),
      ...(isOptional(parameter) ? [] : ['  nullable    = false']),
      ...(condition ? ['', '  validation {', `    condition     = ${condition}`, `    error_message = ${quoted(`${snake(name)}: allowed is ${allowed(parameter)}.`)}`, '  }'] : []),
      '}',
    ].join('\n');
  });
  return `# Made from the parameters of ${file} by test/terraform/generate.mjs; docs/settings.md says more about each.\n\n${blocks.join('\n\n')}\n`;
}

function queries(template) {
  const blocks = Object.entries(template.Resources).filter(([, one]) => one.Type === 'AWS::Logs::QueryDefinition').map(([id, one]) => [
    `    ${id.replace(/Query$/, '')} = {`,
    `      name = ${quoted(one.Properties.Name['Fn::Sub'].replace('${AWS::StackName}/', ''))}`,
    '      text = <<-EOT',
    ...one.Properties.QueryString.trimEnd().split('\n').map(line => `        ${line}`),
    '      EOT',
    '    }',
  ].join('\n'));
  return `# Made from the saved queries of template.yaml by test/terraform/generate.mjs.\n\nlocals {\n  queries = {\n${blocks.join('\n')}\n  }\n}\n`;
}

const inDashboard = {
  MetricsNamespace: 'namespace', 'AWS::Region': 'region', DrainerFunction: 'function', 'UrgentQueue.QueueName': 'urgent', 'NormalQueue.QueueName': 'normal', 'DeadLetterQueue.QueueName': 'dead',
};

function dashboard(template) {
  return template.Resources.Dashboard.Properties.DashboardBody['Fn::Sub'].replaceAll(/\$\{([\w:.]+)\}/g, (whole, name) => {
    const alarm = /^(\w+)Alarm\.Arn$/.exec(name);
    if (!alarm && !inDashboard[name]) throw new Error(`the dashboard refers to ${name}: tell generate.mjs and dashboard_body in alarms.tf what it is`);
    return alarm ? `\${alarms.${alarm[1]}}` : `\${${inDashboard[name]}}`;
  });
}

export function files() {
  const template = read(join(root, 'template.yaml'));
  const member = read(join(root, 'deploy/member-account.yaml'));
  return {
    'deploy/terraform/variables.tf': variables(template, 'template.yaml', without),
    'deploy/terraform/queries.tf': queries(template),
    'deploy/terraform/dashboard.json.tftpl': dashboard(template),
    'deploy/terraform/modules/member/variables.tf': variables(member, 'deploy/member-account.yaml', {}),
  };
}

export const stale = () => Object.entries(files()).filter(([file, text]) => {
  try {
    return readFileSync(join(root, file), 'utf8') !== text;
  } catch {
    return true;
  }
}).map(([file]) => file);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(files())) writeFileSync(join(root, file), text);
  console.log(Object.keys(files()).join('\n'));
}
