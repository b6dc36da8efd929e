// A CloudFormation template with its parameters, conditions and functions worked out, as test/template/lint.py and the sandbox do it.
// What refers to a resource stays readable: ${LogicalId} or ${LogicalId.Attribute}.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const tags = ['Ref', 'GetAtt', 'Sub', 'If', 'Equals', 'Not', 'And', 'Or', 'Join', 'Split', 'Select', 'Condition'].flatMap(name => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return [
    { tag: `!${name}`, resolve: text => ({ [key]: text }) },
    { tag: `!${name}`, collection: 'seq', resolve: list => ({ [key]: list.toJSON() }) },
    { tag: `!${name}`, collection: 'map', resolve: map => ({ [key]: map.toJSON() }) },
  ];
});

export const read = path => parse(readFileSync(path, 'utf8'), { customTags: tags, merge: false });

export const pseudo = {
  'AWS::Region': 'eu-central-1', 'AWS::AccountId': '123456789012', 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': 'node-drainer',
};

const nothing = Symbol('AWS::NoValue');

export class Stack {
  constructor(template, given) {
    this.template = template;
    this.parameters = Object.fromEntries(Object.entries(template.Parameters).map(([name, one]) => [name, String(given[name] ?? one.Default ?? '')]));
  }

  *resources() {
    for (const [id, one] of Object.entries(this.template.Resources)) {
      if (one.Condition === undefined || this.holds(one.Condition)) yield { id, type: one.Type, properties: this.value(one.Properties ?? {}), deletion: this.value(one.DeletionPolicy ?? null) };
    }
  }

  holds(condition) { return this.value(this.template.Conditions[condition]); }

  /** The parameters and rules that refuse these values. */
  refusals() {
    const found = [];
    for (const [name, one] of Object.entries(this.template.Parameters)) if (!accepts(one, this.parameters[name])) found.push(name);
    for (const [name, rule] of Object.entries(this.template.Rules ?? {})) {
      if ((rule.RuleCondition === undefined || this.value(rule.RuleCondition)) && !rule.Assertions.every(one => this.value(one.Assert))) found.push(name);
    }
    return found;
  }

  value(node) {
    if (Array.isArray(node)) return node.map(one => this.value(one)).filter(one => one !== nothing);
    if (node === null || typeof node !== 'object') return node;
    const keys = Object.keys(node);
    if (keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'))) return this.call(keys[0], node[keys[0]]);
    return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, this.value(one)]).filter(([, one]) => one !== nothing));
  }

  call(name, of) {
    switch (name) {
      case 'Ref': return of === 'AWS::NoValue' ? nothing : this.parameters[of] ?? pseudo[of] ?? `\${${of}}`;
      case 'Condition': return this.holds(of);
      case 'Fn::GetAtt': return `\${${Array.isArray(of) ? of.join('.') : of}}`;
      case 'Fn::Sub': return this.sub(...(Array.isArray(of) ? of : [of, {}]));
      case 'Fn::If': return this.value(this.holds(of[0]) ? of[1] : of[2]);
      case 'Fn::Equals': return String(this.value(of[0])) === String(this.value(of[1]));
      case 'Fn::Not': return !this.value(of[0]);
      case 'Fn::And': return of.every(one => this.value(one));
      case 'Fn::Or': return of.some(one => this.value(one));
      case 'Fn::Join': return this.value(of[1]).join(of[0]);
      case 'Fn::Split': return this.value(of[1]).split(of[0]);
      case 'Fn::Select': return this.value(of[1])[Number(of[0])];
      default: throw new Error(`${name} is not understood here`);
    }
  }

  sub(text, own) {
    const values = { ...pseudo, ...this.parameters, ...this.value(own) };
    return text.replaceAll(/\$\{([\w:.]+)\}/g, (whole, name) => values[name] ?? whole);
  }
}

export function accepts(parameter, value) {
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(value)) return false;
  if (parameter.AllowedPattern && !new RegExp(parameter.AllowedPattern).test(value)) return false;
  if (parameter.Type === 'Number') {
    const number = Number(value);
    if (!/^-?[0-9]+$/.test(value)) return false;
    if (parameter.MinValue !== undefined && (number < parameter.MinValue || number > parameter.MaxValue)) return false;
  }
  return true;
}
