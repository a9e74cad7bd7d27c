import { Variable } from '@tensorflow/tfjs-core';

/** A part of a module tree and its name or path. */
export type Named<T> = [path: string, value: T];

/** Tells the modules among a module's properties. */
type IsModule<M> = (value: unknown) => value is M;

/** A container that has children beside those in its properties. */
interface NamesItsChildren<M> {
  /** All children with their names, one that occurs twice under both. */
  allNamedChildren(): Named<M>[];
}

/** The modules directly below `module`, in order of assignment, one that occurs twice under both names. */
export function childrenOf<M extends object>(module: M, isModule: IsModule<M>): Named<M>[] {
  const found = Object.entries(module).flatMap(([property, value]: [string, unknown]): Named<M>[] => {
    const name = pathName(property);
    if (isModule(value)) return [[name, value]];
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, i): Named<M>[] => (isModule(item) ? [[`${name}.${i}`, item]] : []));
  });
  return namesItsChildren(module) ? [...module.allNamedChildren(), ...found] : found;
}

/** The variables that `module` holds itself, in order of assignment. */
export function variablesOf(module: object): Named<Variable>[] {
  return Object.entries(module).flatMap(([property, value]: [string, unknown]): Named<Variable>[] =>
    value instanceof Variable ? [[pathName(property), value]] : [],
  );
}

/** The module itself and all below it, parents first; a module reached on two ways comes twice. */
export function walk<M extends object>(module: M, isModule: IsModule<M>, path = ''): Named<M>[] {
  const below = childrenOf(module, isModule).flatMap(([name, child]) =>
    walk(child, isModule, join(path, name)),
  );
  return [[path, module], ...below];
}

/** The variables of the whole tree; one that is reached on two ways comes twice. */
export function allVariables<M extends object>(module: M, isModule: IsModule<M>): Named<Variable>[] {
  return walk(module, isModule).flatMap(([path, part]) =>
    variablesOf(part).map(([name, variable]): Named<Variable> => [join(path, name), variable]),
  );
}

/** Each value once, under the first of its paths. */
export function unique<T>(entries: readonly Named<T>[]): Named<T>[] {
  const seen = new Set<T>();
  return entries.filter(([, value]) => !seen.has(value) && seen.add(value));
}

/** PyTorch's spelling of a property's name: `runningMean` is `running_mean`. */
function pathName(property: string): string {
  return property.replace(/([a-z0-9])([A-Z]+)/g, (_, before: string, capitals: string) => {
    return `${before}_${capitals.toLowerCase()}`;
  });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function namesItsChildren<M extends object>(module: M): module is M & NamesItsChildren<M> {
  return 'allNamedChildren' in module;
}
