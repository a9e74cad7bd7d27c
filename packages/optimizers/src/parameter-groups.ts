import { Variable } from '@tensorflow/tfjs-core';
import { describeValue } from './describe.js';

/** A variable, or a variable with the path that its state is known by: what `module.namedParameters()` lists. */
export type Parameter = Variable | readonly [path: string, variable: Variable];

/** Variables with options of their own; what is left out is the optimizer's default. */
export type ParameterGroup<Options> = Partial<Options> & {
  /** The group's variables, or `[path, variable]` pairs. */
  params: readonly Parameter[];
};

/** What an optimizer trains: variables, `[path, variable]` pairs, or groups of them with options of their own. */
export type Parameters<Options> = readonly Parameter[] | readonly ParameterGroup<Options>[];

/** A group as the optimizer keeps it: every option is filled in and may be set between steps. */
export type ResolvedGroup<Hyper> = Hyper & {
  /** The group's variables. */
  readonly params: Variable[];
};

/** What `paramGroups` and the state are made from. */
export interface Resolved<Hyper> {
  groups: ResolvedGroup<Hyper>[];
  /** The path that each variable was given with; those without are known by their number. */
  paths: Map<Variable, string>;
}

/** Fills in the defaults; throws for what is not a parameter, what comes twice, and options that nobody knows. */
export function resolveGroups<Hyper extends object>(
  optimizer: string,
  given: Parameters<Hyper>,
  defaults: Hyper,
): Resolved<Hyper> {
  const resolved: Resolved<Hyper> = { groups: [], paths: new Map() };
  const seen = new Map<Variable, string>();
  for (const { params, ...options } of asGroups(optimizer, given, defaults)) {
    const where = `${optimizer}: paramGroups[${resolved.groups.length}]`;
    checkOptionNames(where, options, defaults);
    const variables: Variable[] = [];
    for (const parameter of params) {
      const { variable, path } = split(optimizer, parameter);
      const name = path ?? variable.name;
      const other = seen.get(variable);
      if (other !== undefined) {
        throw new Error(
          `${optimizer}: the variable '${name}' is given twice${other === name ? '' : `, also as '${other}'`}; ` +
            'each variable is trained once. Give it once, in one group.',
        );
      }
      if (path !== undefined && [...resolved.paths.values()].includes(path)) {
        throw new Error(`${optimizer}: two variables have the path '${path}'; state is kept by path.`);
      }
      seen.set(variable, name);
      if (path !== undefined) resolved.paths.set(variable, path);
      variables.push(variable);
    }
    const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    resolved.groups.push({ ...defaults, ...set, params: variables });
  }
  if (resolved.paths.size > 0 && resolved.paths.size < seen.size) {
    throw new Error(
      `${optimizer}: ${resolved.paths.size} of ${seen.size} variables have a path; give one to all or to none, ` +
        'so that state is known by path or by number.',
    );
  }
  return resolved;
}

/** Throws for an option that the optimizer does not have, such as PyTorch's `lr`. */
export function checkOptionNames(where: string, options: object, known: object): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  const hint = unknown.includes('lr') ? " PyTorch's lr is learningRate here." : '';
  throw new TypeError(
    `${where}: no option ${unknown.map((name) => `'${name}'`).join(', ')}; there are ` +
      `${Object.keys(known).join(', ')}.${hint}`,
  );
}

function asGroups<Hyper extends object>(
  optimizer: string,
  given: Parameters<Hyper>,
  defaults: Hyper,
): readonly ParameterGroup<Hyper>[] {
  if (!Array.isArray(given)) {
    throw new TypeError(
      `${optimizer}: the parameters are an array of variables, of [path, variable] pairs or of groups ` +
        `{ params, …options }; received ${describeValue(given)}.`,
    );
  }
  const items: readonly (Parameter | ParameterGroup<Hyper>)[] = given;
  const groups = items.filter((item): item is ParameterGroup<Hyper> => isGroup(item));
  if (groups.length > 0 && groups.length < items.length) {
    throw new TypeError(
      `${optimizer}: the parameters mix groups and single variables; write a group { params: [variable] } for those.`,
    );
  }
  for (const [i, { params }] of groups.entries()) {
    if (Array.isArray(params)) continue;
    throw new TypeError(
      `${optimizer}: paramGroups[${i}].params is an array of variables or of [path, variable] pairs; ` +
        `received ${describeValue(params)}.`,
    );
  }
  const total = groups.length > 0 ? groups.reduce((sum, { params }) => sum + params.length, 0) : items.length;
  if (total === 0) {
    throw new RangeError(
      `${optimizer}: there are no parameters. Pass module.parameters() or a list of variables; ` +
        `${optimizer.toLowerCase()}(options) takes every trainable variable.`,
    );
  }
  if (groups.length > 0) return groups;
  const params = items.filter((item): item is Parameter => !isGroup(item));
  return [{ ...defaults, params }];
}

function isGroup(item: unknown): item is { params: unknown } {
  return typeof item === 'object' && item !== null && !(item instanceof Variable) && 'params' in item;
}

function split(optimizer: string, parameter: Parameter): { variable: Variable; path: string | undefined } {
  const pair: readonly unknown[] = Array.isArray(parameter) ? parameter : [undefined, parameter];
  const [path, variable] = pair;
  if (!(variable instanceof Variable) || (path !== undefined && typeof path !== 'string')) {
    throw new TypeError(
      `${optimizer}: a parameter is a tf.Variable or a pair [path, variable]; received ${describeValue(parameter)}. ` +
        'A plain tensor becomes one by tf.variable(tensor).',
    );
  }
  const name = path ?? variable.name;
  if (variable.isDisposed) throw new Error(`${optimizer}: the variable '${name}' is disposed.`);
  if (variable.dtype !== 'float32') {
    throw new TypeError(`${optimizer}: the variable '${name}' must be float32; it is ${variable.dtype}.`);
  }
  return { variable, path };
}
