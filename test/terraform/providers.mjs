// Which arguments and attributes a resource has in a provider, read from the prebuilt constructs of @cdktf/provider-*: they are made from the
// provider's own schema, and their package.json says of which version.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const camel = name => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

export class Provider {
  constructor(alias) {
    this.folder = fileURLToPath(new URL(`node_modules/${alias}`, import.meta.url));
    this.version = JSON.parse(readFileSync(join(this.folder, 'package.json'), 'utf8')).cdktf.provider.version;
    this.known = {};
  }

  schema(type, data = false) {
    const name = (data ? 'data_' : '') + type;
    return this.known[name] ??= this.load((data ? 'data-' : '') + type);
  }

  load(type) {
    const folder = join(this.folder, 'lib', type.replaceAll('_', '-').replace(/^(data-)?(aws|kubernetes)-/, '$1$2-').replace(/^data-(aws|kubernetes)-/, 'data-$1-').replace(/^(aws|kubernetes)-/, ''));
    if (!existsSync(folder)) return undefined;
    const blocks = {};
    for (const file of ['index.js', 'index-structs.js']) {
      const path = [join(folder, file), join(folder, file.replace('index-structs', 'index-structs/index'))].find(existsSync);
      if (path) Object.assign(blocks, this.blocks(readFileSync(path, 'utf8')));
    }
    return { blocks, declared: readFileSync(join(folder, 'index.d.ts'), 'utf8') };
  }

  /** Function or "" → its arguments: name → the function of the block, or true for a plain one. */
  blocks(text) {
    const found = {};
    let current;
    for (const line of text.split('\n')) {
      const start = /^(?:export )?function (\w+)ToHclTerraform\(/.exec(line) ?? (/^ {4}synthesizeHclAttributes\(\)/.test(line) ? [line, ''] : undefined);
      if (start) current = found[start[1]] = {};
      else if (/^ {4}synthesizeAttributes\(\)/.test(line)) current = undefined;
      const argument = /^ {8,12}([a-z][a-z0-9_]*): \{$/.exec(line);
      if (argument && current) this.last = argument[1];
      const value = /^ +value: (.*),$/.exec(line);
      if (value && current && this.last) {
        current[this.last] = /(\w+)ToHclTerraform/.exec(value[1].replace(/cdktf\.\w+ToHclTerraform\(?/, '').replace(/cdktf\.listMapperHcl\(/, ''))?.[1] ?? true;
        this.last = undefined;
      }
    }
    return found;
  }

  /** What is wrong with the arguments of a resource; meta-arguments are the caller's. */
  *problems(type, body) {
    const schema = this.schema(type);
    if (!schema) {
      yield `${type} is no resource`;
      return;
    }
    yield* this.wrong(schema, '', body, type);
    for (const [, name] of /export interface \w+Config extends[^{]*\{([\s\S]*?)\n\}/.exec(schema.declared)[1].matchAll(/^ {4}readonly (\w+): /gm)) {
      if (!Object.keys(body).concat(Object.keys(body.dynamic ?? {})).map(camel).includes(name)) yield `${type} needs ${name}`;
    }
  }

  *wrong(schema, block, body, where) {
    const { dynamic, ...plain } = body;
    const all = { ...plain, ...Object.fromEntries(Object.entries(dynamic ?? {}).map(([name, [one]]) => [name, one.content])) };
    for (const [name, value] of Object.entries(all)) {
      const known = schema.blocks[block][name];
      if (known === undefined) yield `${where} has no ${name}`;
      else if (Array.isArray(value) && typeof value[0] === 'object' && typeof known === 'string') for (const one of value) yield* this.wrong(schema, known, one, `${where}.${name}`);
    }
  }

  reads(type, attribute, data = false) {
    return new RegExp(`get ${camel(attribute)}\\(\\)`).test(this.schema(type, data)?.declared ?? '') || attribute === 'id';
  }
}
