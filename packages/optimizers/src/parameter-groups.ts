import { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, expected, show } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import type { Complete } from './hyperparameters.js';
import type { AnyOptionTable } from './option-rules.js';

/**
 * A variable, or a variable with the path that its state is known by: what
 * `module.namedParameters()` lists.
 */
export type Parameter = Variable | readonly [path: string, variable: Variable];

/** Variables with options of their own; what is left out is the optimizer's default. */
export type ParameterGroup<Options> = { [Name in keyof Options]?: Options[Name] | undefined } & {
  /** The group's variables, or `[path, variable]` pairs. */
  params: readonly Parameter[];
};

/**
 * The parameters of an optimizer: variables, `[path, variable]` pairs, or groups of them with
 * options of their own.
 */
export type Parameters<Options> = readonly Parameter[] | readonly ParameterGroup<Options>[];

/** A group as the optimizer keeps it: every option is filled in and may be set between steps. */
export type ResolvedGroup<Options> = Complete<Options> & {
  /** The group's variables. */
  readonly params: Variable[];
};

/** The path that each variable was given with; those without are known by their number. */
export type Paths = Map<Variable, string>;

/**
 * Fills in the defaults; throws for a value that is no parameter, for a variable that is given
 * twice, and for unknown options.
 *
 * @param first the number of the first group, for errors
 */
export function resolveGroups<Options extends object>(
  optimizer: string,
  given: Parameters<Options>,
  defaults: Complete<Options>,
  table: AnyOptionTable,
  first = 0,
): { groups: ResolvedGroup<Options>[]; paths: Paths } {
  const paths: Paths = new Map();
  const seen = new Map<Variable, string>();
  const known = new Set<string>();
  const groups = asGroups(optimizer, given).map(({ params, ...options }, i) => {
    checkOptions<object>(`${optimizer}: paramGroups[${first + i}]`, options, table);
    const variables: Variable[] = [];
    for (const parameter of params) {
      const { variable, path } = splitParameter(optimizer, parameter);
      const name = path ?? variable.name;
      const other = seen.get(variable);
      if (other !== undefined) throw givenTwice(optimizer, name, other);
      if (path !== undefined && known.has(path)) {
        throw new Error(
          `${optimizer}: two variables have the path ${show(path)}; expected a path for each, since state is kept by path.`,
        );
      }
      seen.set(variable, name);
      if (path !== undefined) {
        known.add(path);
        paths.set(variable, path);
      }
      variables.push(variable);
    }
    const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return { ...defaults, ...set, params: variables };
  });
  if (paths.size > 0 && paths.size < seen.size) {
    throw new Error(
      `${optimizer}: ${paths.size} of ${seen.size} variables have a path; give one to all or to none, ` +
        'so that state is known by path or by number.',
    );
  }
  return { groups, paths };
}

/** Variables, and options of their own. */
type Group = { params: readonly Parameter[] };

function asGroups(optimizer: string, given: readonly (Parameter | Group)[]): readonly Group[] {
  if (!Array.isArray(given)) {
    throw notParameters(
      optimizer,
      'params',
      given,
      'an array of variables, of [path, variable] pairs or of groups { params, …options }',
    );
  }
  const groups = given.filter((item) => isGroup(item));
  if (groups.length > 0 && groups.length < given.length) {
    throw new TypeError(
      `${optimizer}: params mix groups and single variables; expected one or the other. ` +
        'Write a group { params: [variable] } for those.',
    );
  }
  for (const [i, { params }] of groups.entries()) {
    if (Array.isArray(params)) continue;
    throw notParameters(
      optimizer,
      `paramGroups[${i}].params`,
      params,
      'an array of variables or of [path, variable] pairs',
    );
  }
  const total = groups.length > 0 ? groups.reduce((sum, { params }) => sum + params.length, 0) : given.length;
  if (total === 0) {
    throw new RangeError(
      `${optimizer}: params has no parameters; expected one at least. Pass module.parameters() or a list of variables; ` +
        `${optimizer.toLowerCase()}(options) takes every trainable variable.`,
    );
  }
  if (groups.length > 0) return groups;
  return [{ params: given.filter((item) => !isGroup(item)) }];
}

function isGroup(item: Parameter | Group): item is Group {
  return typeof item === 'object' && item !== null && !(item instanceof Variable) && 'params' in item;
}

/** The variable of a parameter and its path; throws for what cannot be trained. */
export function splitParameter(
  where: string,
  parameter: Parameter,
): { variable: Variable; path: string | undefined } {
  const pair: readonly unknown[] = Array.isArray(parameter) ? parameter : [undefined, parameter];
  const [path, variable] = pair;
  if (!(variable instanceof Variable) || (path !== undefined && typeof path !== 'string')) {
    throw new TypeError(
      expected(
        where,
        'a parameter',
        parameter,
        'a tf.Variable or a pair [path, variable]',
        instead(parameter),
      ),
    );
  }
  checkParameter(where, path ?? variable.name, variable);
  return { variable, path };
}

/** The error for a variable that is given twice, by its names. */
export function givenTwice(where: string, name: string, other: string): Error {
  return new Error(
    `${where}: the variable ${show(name)} is given twice${other === name ? '' : `, also as ${show(other)}`}; ` +
      'expected each variable once. Give it once, in one group.',
  );
}

/** The error for what is no array of parameters, with what to write. */
export function notParameters(where: string, name: string, value: unknown, expectation: string): TypeError {
  return new TypeError(expected(where, name, value, expectation, insteadOfList(value)));
}

/**
 * The advice for something that is no array of parameters; empty where nothing is known.
 */
function insteadOfList(value: unknown): string {
  if (typeof value === 'function') return 'Write model.parameters(), with its brackets.';
  if (value instanceof Variable) return 'Write [variable].';
  if (value instanceof Promise) return 'Write await before it.';
  if (typeof value !== 'object' || value === null) return '';
  if (hasParameters(value)) return 'Write model.parameters().';
  if ('trainableWeights' in value) return READ_WEIGHTS;
  if (Symbol.iterator in value) return 'Write [...variables].';
  const entries = Object.entries(value);
  const isNamed = entries.length > 0 && entries.every(([, item]) => item instanceof Variable);
  return isNamed ? 'Write Object.entries(variables).' : '';
}

/** The advice for something that is no parameter. */
function instead(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null;
  if (isLayerVariable(value)) return READ_WEIGHTS;
  if (isObject && 'trainableWeights' in value) return READ_LAYER;
  if (Array.isArray(value) && typeof value[0] === 'string') {
    if (isLayerVariable(value[1])) return 'Write [weight.name, weight.read()] for a weight of tf.layers.';
    const isModule = typeof value[1] === 'object' && value[1] !== null && hasParameters(value[1]);
    if (isModule) return 'Write ...layer.namedParameters() for all of a layer.';
  }
  if (isObject && hasParameters(value)) return 'Write ...layer.parameters() for all of a layer.';
  if (Array.isArray(value) && value.every((item) => item instanceof Variable)) return 'Write ...variables.';
  return 'Write tf.variable(tensor) for a tensor.';
}

/** Returns true for a weight of tf.layers, which keeps its tf.Variable to itself. */
function isLayerVariable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'originalName' in value && 'read' in value;
}

const READ_LAYER =
  'Write ...layer.trainableWeights.map((weight) => weight.read()) for all of a layer of tf.layers.';

const READ_WEIGHTS =
  'Of a tf.LayersModel, write model.trainableWeights.map((weight) => weight.read()), or adamw(options) for model.compile.';

function hasParameters(value: object): boolean {
  return 'parameters' in value && typeof value.parameters === 'function';
}

/** Throws unless the variable can be trained. */
export function checkParameter(where: string, name: string, variable: Variable): void {
  checkTensor(where, `the variable "${name}"`, variable);
  if (variable.dtype === 'float32') return;
  throw new TypeError(
    expected(
      where,
      `the variable ${show(name)}`,
      variable,
      'a float32 variable',
      "Write tf.variable(x.cast('float32')).",
    ),
  );
}
