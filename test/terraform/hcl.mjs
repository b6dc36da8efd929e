// A Terraform module, parsed by @cdktf/hcl2json and worked out for given variables without any provider: what an attribute of a resource
// refers to stays readable (a token such as ${UrgentQueue.Arn}). Of the language only what the modules here use; anything else is an error.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import hcl2json from '@cdktf/hcl2json';

const asts = new Map();

async function ast(source) {
  if (!asts.has(source)) asts.set(source, await hcl2json.getExpressionAst('expression.tf', source));
  return asts.get(source);
}

/** The parts of a template: texts, and the sources of what stands in ${}. */
function parts(text) {
  const found = [];
  let plain = '';
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith('$${', i)) { plain += '${'; i += 2; continue; }
    if (!text.startsWith('${', i)) { plain += text[i]; continue; }
    if (plain) found.push({ text: plain });
    plain = '';
    let depth = 1, j = i + 2, quoted = false;
    for (; depth > 0; j++) {
      if (j >= text.length) throw new Error(`unbalanced: ${text}`);
      if (text[j] === '\\') { j++; continue; }
      if (text[j] === '"') quoted = !quoted;
      if (!quoted && text[j] === '{') depth++;
      if (!quoted && text[j] === '}') depth--;
    }
    found.push({ source: text.slice(i + 2, j - 1) });
    i = j - 1;
  }
  if (plain) found.push({ text: plain });
  return found;
}

/** Parses every expression once, so that the rest needs no waiting. */
async function parseAll(node) {
  if (typeof node === 'string') {
    for (const part of parts(node)) if (part.source !== undefined) await ast(part.source);
  } else if (node && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) { await parseAll(key); await parseAll(value); }
  }
}

export async function load(folder, change = (name, text) => text) {
  const module = { folder, variable: {}, locals: {}, resource: {}, output: {}, module: {}, data: {}, provider: {}, terraform: [] };
  for (const file of readdirSync(folder).filter(name => name.endsWith('.tf')).sort()) {
    const content = await hcl2json.parse(file, change(file, readFileSync(join(folder, file), 'utf8')));
    for (const [kind, blocks] of Object.entries(content)) {
      if (kind === 'locals') for (const block of blocks) Object.assign(module.locals, block);
      else if (kind === 'terraform') module.terraform.push(...blocks);
      else if (kind === 'resource' || kind === 'data') {
        for (const [type, named] of Object.entries(blocks)) Object.assign(module[kind][type] ??= {}, named);
      } else Object.assign(module[kind], blocks);
    }
  }
  for (const [name, variable] of Object.entries(module.variable)) for (const [key, value] of Object.entries(variable[0])) if (key !== 'type') await parseAll(value);
  for (const kind of ['locals', 'resource', 'output', 'module']) await parseAll(module[kind]);
  return module;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const functions = {
  alltrue: list => list.every(Boolean),
  base64decode: text => Buffer.from(text, 'base64').toString(),
  concat: (...lists) => lists.flat(1),
  contains: (list, value) => list.some(one => same(one, value)),
  file: path => readFileSync(path, 'utf8'),
  filebase64sha256: () => 'sha256',
  flatten: list => list.flat(Infinity),
  floor: Math.floor,
  join: (separator, list) => list.join(separator),
  jsonencode: value => JSON.stringify(value),
  length: value => (Array.isArray(value) || typeof value === 'string' ? value.length : Object.keys(value).length),
  lookup: (map, key, standard) => (key in map ? map[key] : standard),
  merge: (...maps) => Object.assign({}, ...maps),
  one: list => (list.length === 0 ? null : list[0]),
  range: (from, to) => Array.from({ length: to - from }, (_, index) => from + index),
  regex: (pattern, text) => {
    if (/\(\?[!=<]/.test(pattern)) throw new Fault(`RE2 has no lookaround: ${pattern}`);
    const match = new RegExp(pattern, 'u').exec(text);
    if (!match) throw new Refused();
    return match[0];
  },
  split: (separator, text) => text.split(separator),
  startswith: (text, beginning) => text.startsWith(beginning),
  substr: (text, from, length) => text.slice(from, from + length),
  toset: list => [...new Set(list)].sort(),
  tostring: value => (value === null ? null : String(value)),
};

/** What `can` and `try` catch; a fault of this program is not. */
class Refused extends Error {}
class Fault extends Error {}

const operators = {
  equal: same, notEqual: (a, b) => !same(a, b),
  greaterThan: (a, b) => a > b, greaterThanOrEqual: (a, b) => a >= b, lessThan: (a, b) => a < b, lessThanOrEqual: (a, b) => a <= b,
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
};

export class Evaluation {
  /** refer(type, name, key, path): the token that stands for an attribute of a resource. */
  constructor(module, given, refer, data) {
    Object.assign(this, { module, refer, data });
    this.variables = {};
    this.cache = {};
    for (const [name, [declared]] of Object.entries(module.variable)) {
      this.variables[name] = name in given ? given[name] : 'default' in declared ? this.value(declared.default, {}) : undefined;
    }
  }

  /** What an attribute's JSON means: texts are templates. */
  value(node, scope) {
    if (typeof node === 'string') {
      const all = parts(node);
      if (all.length === 1 && all[0].source !== undefined) return this.expression(all[0].source, scope);
      return all.map(part => part.text ?? this.text(this.expression(part.source, scope), node)).join('');
    }
    if (Array.isArray(node)) return node.map(one => this.value(one, scope));
    if (node && typeof node === 'object') return Object.fromEntries(Object.entries(node).map(([key, one]) => [this.value(key, scope), this.value(one, scope)]));
    return node;
  }

  text(value, source) {
    if (value === null || value === undefined || typeof value === 'object') throw new Fault(`no text: ${JSON.stringify(value)} in ${source}`);
    return String(value);
  }

  expression(source, scope) {
    const tree = asts.get(source);
    if (!tree) throw new Fault(`not parsed: ${source}`);
    return this.tree(tree, source, scope);
  }

  tree(node, source, scope) {
    const [first, second, third] = node.children;
    const at = child => this.tree(child, source, scope);
    switch (node.type) {
      case 'literalValue':
        return node.meta.type === 'number' ? Number(node.meta.value)
          : node.meta.type === 'bool' ? node.meta.value === 'true'
          : node.meta.type === 'string' ? JSON.parse(`"${node.meta.value.replaceAll('$${', '${').replaceAll('%%{', '%{')}"`)
          : null;
      case 'template':
        return node.children.map(child => (child.type === 'literalValue' ? at(child) : this.text(at(child), source))).join('');
      case 'templateWrap':
      case '': // in parentheses
        return at(first);
      case 'tuple':
        return node.children.map(at);
      case 'object': {
        const result = {};
        for (let i = 0; i < node.children.length; i += 2) result[this.key(node.children[i], source, scope)] = at(node.children[i + 1]);
        return result;
      }
      case 'conditional':
        return at(first) ? at(second) : at(third);
      case 'unaryOp':
        return node.meta.operator === 'logicalNot' ? !at(first) : -at(first);
      case 'binaryOp':
        if (node.meta.operator === 'logicalAnd') return at(first) && at(second);
        if (node.meta.operator === 'logicalOr') return at(first) || at(second);
        if (!operators[node.meta.operator]) throw new Fault(`operator ${node.meta.operator}`);
        return operators[node.meta.operator](at(first), at(second));
      case 'function':
        return this.call(node, at);
      case 'for':
        return this.loop(node, source, scope);
      case 'scopeTraversal':
        return this.traverse(node.meta.traversal.map(step => step.segment.replaceAll('"', '')), scope);
      case 'relativeTraversal':
        return this.steps(at(first), node.meta.traversal.map(step => step.segment.replaceAll('"', '')));
      case 'index':
        return this.steps(at(first), [at(second)]);
      case 'splat': {
        const list = at(first);
        const steps = second.meta?.traversal?.map(step => step.segment) ?? [];
        return (Array.isArray(list) ? list : [list]).map(one => this.steps(one, steps));
      }
      default:
        throw new Fault(`the language has ${node.type}, which is not understood here: ${source}`);
    }
  }

  key(node, source, scope) {
    const inner = source.slice(node.range.start.byte, node.range.end.byte);
    return /^[A-Za-z_][\w-]*$/.test(inner) ? inner : this.tree(node, source, scope);
  }

  call(node, at) {
    const name = node.meta.name;
    if (name === 'can' || name === 'try') {
      for (const child of node.children) {
        try {
          const value = at(child);
          return name === 'can' ? true : value;
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
      }
      if (name === 'can') return false;
      throw new Refused();
    }
    if (name === 'templatefile') return this.template(...node.children.map(at));
    if (!functions[name]) throw new Fault(`function ${name}`);
    let values = node.children.map(at);
    if (node.meta.expandedFinalArgument) values = [...values.slice(0, -1), ...values.at(-1)];
    return functions[name](...values);
  }

  loop(node, source, scope) {
    const { keyVar, valVar, keyExpression, conditionalExpression } = node.meta;
    const [collection, ...rest] = node.children;
    const [key, value, condition] = keyExpression ? rest : [undefined, ...rest];
    const all = this.tree(collection, source, scope);
    const result = keyExpression ? {} : [];
    for (const [index, one] of Array.isArray(all) ? all.entries() : Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const inner = { ...scope, [valVar]: one, ...(keyVar ? { [keyVar]: index } : {}) };
      if (conditionalExpression && !this.tree(condition, source, inner)) continue;
      if (keyExpression) result[this.tree(key, source, inner)] = this.tree(value, source, inner);
      else result.push(this.tree(value, source, inner));
    }
    return result;
  }

  template(path, variables) {
    return readFileSync(path, 'utf8').replaceAll(/\$\{([\w.]+)\}/g, (_, name) => this.steps(variables, name.split('.')));
  }

  traverse([root, ...steps], scope) {
    if (root in scope) return this.steps(scope[root], steps);
    switch (root) {
      case 'var':
        if (!(steps[0] in this.variables)) throw new Fault(`no variable ${steps[0]}`);
        return this.steps(this.variables[steps[0]], steps.slice(1));
      case 'local':
        if (!(steps[0] in this.module.locals)) throw new Fault(`no local ${steps[0]}`);
        this.cache[steps[0]] ??= { value: this.value(this.module.locals[steps[0]], {}) };
        return this.steps(this.cache[steps[0]].value, steps.slice(1));
      case 'data':
        return this.steps(this.data, steps);
      case 'path':
        return this.module.folder;
      case 'module':
        return `\${module.${steps.join('.')}}`;
      default:
        if (!this.module.resource[root]?.[steps[0]]) throw new Fault(`no resource ${root}.${steps[0]}`);
        return this.resource(root, steps[0], steps.slice(1));
    }
  }

  resource(type, name, steps) {
    const [declared] = this.module.resource[type][name];
    if ('for_each' in declared) {
      const keys = this.keys(declared.for_each);
      if (steps.length === 0) return Object.fromEntries(keys.map(key => [key, this.attributes(type, name, key)]));
      if (!keys.includes(steps[0])) throw new Refused();
      return this.steps(this.attributes(type, name, steps[0]), steps.slice(1));
    }
    if ('count' in declared) {
      const all = Array.from({ length: this.value(declared.count, {}) }, (_, index) => this.attributes(type, name, index));
      return steps.length === 0 ? all : this.steps(all, steps);
    }
    return this.steps(this.attributes(type, name, undefined), steps);
  }

  keys(forEach) {
    const all = this.value(forEach, {});
    return Array.isArray(all) ? all : Object.keys(all).sort();
  }

  attributes(type, name, key) {
    return new Proxy({}, { get: (_, attribute) => (attribute === 'toJSON' ? undefined : this.refer(type, name, key, attribute)), has: () => true });
  }

  steps(value, steps) {
    for (const step of steps) {
      if (value === null || value === undefined || typeof value !== 'object') throw new Refused();
      if (Array.isArray(value) ? !(Number(step) < value.length) : !(step in value)) throw new Refused();
      value = value[step];
    }
    return value;
  }

  /** Every resource that would exist: its type, name, key and arguments, dynamic blocks unrolled. */
  *resources() {
    for (const [type, named] of Object.entries(this.module.resource)) {
      for (const [name, [declared]] of Object.entries(named)) {
        const { for_each: forEach, count, lifecycle, depends_on: dependsOn, provisioner, ...body } = declared;
        if (forEach !== undefined) {
          const all = this.value(forEach, {});
          for (const key of this.keys(forEach)) {
            yield { type, name, key, body: this.body(body, { each: { key, value: Array.isArray(all) ? key : all[key] } }) };
          }
        } else if (count !== undefined) {
          for (let index = 0; index < this.value(count, {}); index++) yield { type, name, key: index, body: this.body(body, { count: { index } }) };
        } else yield { type, name, body: this.body(body, {}) };
      }
    }
  }

  body({ dynamic, ...plain }, scope) {
    const result = this.value(plain, scope);
    for (const [block, [{ for_each: forEach, content }]] of Object.entries(dynamic ?? {})) {
      const all = this.value(forEach, scope);
      const blocks = Object.entries(all).map(([key, value]) => this.body(content[0], { ...scope, [block]: { key, value } }));
      if (blocks.length > 0) result[block] = blocks;
    }
    return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
  }

  /** The error messages of the validations and preconditions that do not hold. */
  refusals() {
    const found = [];
    const test = ({ condition, error_message: message }) => { if (!this.value(condition, {})) found.push(message); };
    for (const [name, [declared]] of Object.entries(this.module.variable)) {
      if (this.variables[name] === null && declared.nullable === false) found.push(`${name} is null`);
      else (declared.validation ?? []).forEach(test);
    }
    for (const named of Object.values(this.module.resource)) {
      for (const [declared] of Object.values(named)) (declared.lifecycle ?? []).forEach(one => (one.precondition ?? []).forEach(test));
    }
    return found;
  }
}
