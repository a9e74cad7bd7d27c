import { Variable } from '@tensorflow/tfjs-core';
import { isPlain } from '@trainkit/checks';
import { isParameter } from './parameter.js';

/** A part of a module tree and its name or path. */
export type Named<T> = [path: string, value: T];

/** Recognizes the modules among a module's properties. */
type IsModule<M> = (value: unknown) => value is M;

/** A container whose children are not only in its properties. */
interface NamesItsChildren<M> {
  /** All children with their names; a module that occurs twice has both names. */
  allNamedChildren(): Named<M>[];
}

/**
 * A part, its path in PyTorch's spelling, and its expression in the source: `layers.0`,
 * `this.layers[0]`.
 */
interface Found<T> {
  path: string;
  location: string;
  value: T;
}

/** The parts of a module tree. */
export interface Tree<M> {
  /** The module itself and all below it, parents first. */
  modules: Named<M>[];
  variables: Named<Variable>[];
  /** The fault of the tree, if any: a cycle, or two parts with the same path. */
  fault: string | null;
}

/**
 * Walks the tree below `root`; a module that is below itself is walked once. Every trainable
 * variable is marked as a parameter.
 *
 * With `everyPath` a module with several paths is walked on each of them, as a state dict needs it.
 * Otherwise it is walked on its first path only, so that the walk is linear in the number of
 * modules.
 */
export function survey<M extends object>(
  root: object,
  isModule: IsModule<M>,
  { everyPath = false }: { everyPath?: boolean } = {},
): Tree<M> {
  const modules: Found<M>[] = [];
  const variables: Found<Variable>[] = [];
  const faults: string[] = [];
  const above = new Map<M, string>();
  const known = new Set<M>();
  // A list instead of recursion: a chain of thousands of modules must not exhaust the stack.
  const open: { found: Found<M>; children: Iterator<Found<M>> }[] = [];
  const enter = (found: Found<M>): void => {
    const same = above.get(found.value);
    if (same !== undefined) {
      faults.push(
        `${found.location} is ${same} again, so the tree would never end. Keep a reference to a parent in a #private ` +
          'field, which is not part of the tree.',
      );
      return;
    }
    if (!everyPath && known.has(found.value)) return;
    known.add(found.value);
    modules.push(found);
    faults.push(...hiddenParts(found, isModule));
    const { variables: own, modules: children } = partsOf(found, isModule);
    for (const variable of own) {
      // Marks trainable variables, so that one that is frozen after any walk (train(), a load) is
      // still no buffer.
      isParameter(variable.value);
      variables.push(variable);
    }
    above.set(found.value, found.location);
    open.push({ found, children: children[Symbol.iterator]() });
  };
  if (isModule(root)) enter({ path: '', location: 'this', value: root });
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.children.next();
    if (next.done === true) {
      above.delete(top.found.value);
      open.pop();
    } else {
      enter(next.value);
    }
  }
  const fault = [...faults, clash(modules), clash(variables)].find((text) => text !== null) ?? null;
  return { modules: modules.map(named), variables: variables.map(named), fault };
}

/** The parts that a module contains directly, with their paths from the root. */
function partsOf<M extends object>(
  { path, location, value }: Found<M>,
  isModule: IsModule<M>,
): { variables: Found<Variable>[]; modules: Found<M>[] } {
  const within = <T>(part: Found<T>): Found<T> => ({
    path: join(path, part.path),
    location: location + part.location,
    value: part.value,
  });
  return { variables: ownVariables(value).map(within), modules: ownChildren(value, isModule).map(within) };
}

/**
 * The modules directly below `module`, in order of assignment; a module that occurs twice has both
 * names.
 */
export function childrenOf<M extends object>(module: object, isModule: IsModule<M>): Named<M>[] {
  return ownChildren(module, isModule).map(named);
}

/** The variables that `module` contains directly, in order of assignment. */
export function variablesOf(module: object): Named<Variable>[] {
  return ownVariables(module).map(named);
}

/** Each value once, with the first of its paths. */
export function unique<T>(entries: readonly Named<T>[]): Named<T>[] {
  const seen = new Set<T>();
  return entries.filter(([, value]) => !seen.has(value) && seen.add(value));
}

function ownChildren<M extends object>(module: object, isModule: IsModule<M>): Found<M>[] {
  const given = namesItsChildren<M>(module) ? module.allNamedChildren() : [];
  const children = given.map(([path, value]) => ({ path, location: `.getSubmodule('${path}')`, value }));
  return [...children, ...propertiesOf(module, isModule)];
}

function ownVariables(module: object): Found<Variable>[] {
  return propertiesOf(module, (value) => value instanceof Variable);
}

/**
 * The parts among the properties of `module`, including those in arrays and plain objects, nested
 * to any depth.
 */
function propertiesOf<T>(module: object, isPart: (value: unknown) => value is T): Found<T>[] {
  const found: Found<T>[] = [];
  const above = new Set<object>();
  // A list instead of recursion: thousands of nested arrays must not exhaust the stack.
  const open: {
    container: object;
    path: string;
    location: string;
    items: Iterator<[string | number, unknown]>;
  }[] = [];
  const visit = (value: object, path: string, location: string): void => {
    if (isPart(value)) found.push({ path, location, value });
    else if (isContainer(value) && !above.has(value)) {
      above.add(value);
      const items: Iterator<[string | number, unknown]> = Array.isArray(value)
        ? value.entries()
        : Object.entries(value).values();
      open.push({ container: value, path, location, items });
    }
  };
  for (const [property, own] of Object.entries(module)) {
    if (isObject(own)) visit(own, pathName(property), access(property, false));
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.items.next();
      if (next.done === true) {
        above.delete(top.container);
        open.pop();
      } else {
        const [key, item] = next.value;
        const isIndex = typeof key === 'number';
        if (isObject(item)) visit(item, join(top.path, `${key}`), top.location + access(`${key}`, isIndex));
      }
    }
  }
  return found;
}

/** The faults of properties that hide modules or variables in a Map or a Set. */
function hiddenParts<M extends object>({ location, value }: Found<M>, isModule: IsModule<M>): string[] {
  return Object.entries(value).flatMap(([property, own]) => {
    if (!(own instanceof Map || own instanceof Set)) return [];
    const part = [...own.values()].find((item) => item instanceof Variable || isModule(item));
    if (part === undefined) return [];
    const [kind, instead] = own instanceof Map ? ['Map', 'Object.fromEntries(map)'] : ['Set', '[...set]'];
    const content = part instanceof Variable ? 'variables' : 'modules';
    return (
      `${location}${access(property, false)} is a ${kind} of ${content}, which are not part of the tree. Write ${instead}, ` +
      'or keep it in a #private field.'
    );
  });
}

/**
 * Checked before a path is built: each step walks the tree, and a table of a million numbers must
 * not slow it down.
 */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** True for arrays and plain objects; the contents of a class instance are private. */
function isContainer(value: object): boolean {
  return Array.isArray(value) || isPlain(value);
}

/**
 * The fault if two different parts have the same path, since a state could hold only one of them.
 */
function clash<T>(parts: readonly Found<T>[]): string | null {
  const known = new Map<string, Found<T>>();
  for (const part of parts) {
    const other = known.get(part.path);
    if (other !== undefined && other.value !== part.value) {
      return `${other.location} and ${part.location} would both be '${part.path}'. Rename one of them.`;
    }
    known.set(part.path, part);
  }
  return null;
}

/**
 * PyTorch's spelling of a property's name: `runningMean` is `running_mean`, `mlpGELUOut` is
 * `mlp_gelu_out`. A D after a number of dimensions is not split off: `conv2D` is `conv2d`.
 *
 * A name that begins with a capital or contains an underscore already has PyTorch's spelling:
 * `LayerNorm`, `W_q`, `post_LayerNorm`.
 */
function pathName(property: string): string {
  if (/^[A-Z]|_/.test(property)) return property;
  return property
    .replace(/(\d)D(?![a-z])/g, '$1d')
    .replace(/([A-Z])([A-Z][a-z]{2})/g, '$1_$2')
    .replace(/([\p{Ll}\d])([A-Z])/gu, '$1_$2')
    .replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function access(key: string, isIndex: boolean): string {
  if (isIndex) return `[${key}]`;
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(key) ? `.${key}` : `['${key}']`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function named<T>({ path, value }: Found<T>): Named<T> {
  return [path, value];
}

function namesItsChildren<M>(module: object): module is NamesItsChildren<M> {
  return 'allNamedChildren' in module;
}
