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

/** A part, its path in PyTorch's spelling, and where it stands in the source: `layers.0`, `this.layers[0]`. */
interface Found<T> {
  path: string;
  place: string;
  value: T;
}

/** All of a module tree; a part that is reached on two ways comes twice. */
interface Tree<M> {
  /** The module itself and all below it, parents first. */
  modules: Named<M>[];
  variables: Named<Variable>[];
  /** What is wrong with the tree, if anything: a cycle, or two parts under one path. */
  fault: string | null;
}

/** Walks the tree below `root`; a module that is below itself is walked once. */
export function survey<M extends object>(root: M, isModule: IsModule<M>): Tree<M> {
  const modules: Found<M>[] = [];
  const variables: Found<Variable>[] = [];
  const faults: string[] = [];
  const visit = ({ path, place, value }: Found<M>, above: readonly Found<M>[]): void => {
    const same = above.find((module) => module.value === value);
    if (same !== undefined) {
      faults.push(
        `${place} is ${same.place} again, so the tree would never end. Keep a reference to a parent in a #private ` +
          'field, which is not part of the tree.',
      );
      return;
    }
    modules.push({ path, place, value });
    const within = <T>(part: Found<T>) => ({
      ...part,
      path: join(path, part.path),
      place: place + part.place,
    });
    variables.push(...ownVariables(value).map(within));
    for (const child of ownChildren(value, isModule))
      visit(within(child), [...above, { path, place, value }]);
  };
  visit({ path: '', place: 'this', value: root }, []);
  const fault = [...faults, clash(modules), clash(variables)].find((text) => text !== null) ?? null;
  return { modules: modules.map(named), variables: variables.map(named), fault };
}

/** The modules directly below `module`, in order of assignment, one that occurs twice under both names. */
export function childrenOf<M extends object>(module: M, isModule: IsModule<M>): Named<M>[] {
  return ownChildren(module, isModule).map(named);
}

/** The variables that `module` holds itself, in order of assignment. */
export function variablesOf(module: object): Named<Variable>[] {
  return ownVariables(module).map(named);
}

/** Each value once, under the first of its paths. */
export function unique<T>(entries: readonly Named<T>[]): Named<T>[] {
  const seen = new Set<T>();
  return entries.filter(([, value]) => !seen.has(value) && seen.add(value));
}

function ownChildren<M extends object>(module: M, isModule: IsModule<M>): Found<M>[] {
  const given = namesItsChildren(module) ? module.allNamedChildren() : [];
  const children = given.map(([path, value]) => ({ path, place: `.getSubmodule('${path}')`, value }));
  return [...children, ...propertiesOf(module, isModule)];
}

function ownVariables(module: object): Found<Variable>[] {
  return propertiesOf(module, (value) => value instanceof Variable);
}

/** The parts among the properties of `module`, also in arrays and plain objects, nested to any depth. */
function propertiesOf<T>(module: object, isPart: (value: unknown) => value is T): Found<T>[] {
  const found: Found<T>[] = [];
  const open = new Set<object>();
  const search = (value: object, path: string, place: string): void => {
    if (isPart(value)) found.push({ path, place, value });
    else if (isContainer(value) && !open.has(value)) {
      open.add(value);
      const isArray = Array.isArray(value);
      for (const [key, item] of isArray ? value.entries() : Object.entries(value)) {
        if (isObject(item)) search(item, join(path, `${key}`), place + access(`${key}`, isArray));
      }
      open.delete(value);
    }
  };
  for (const [property, value] of Object.entries(module)) {
    if (isObject(value)) search(value, pathName(property), access(property, false));
  }
  return found;
}

/** Asked before a path is made: the walk is part of each step, and a table of a million numbers must not slow it. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Arrays and plain objects; an instance of a class keeps what it holds to itself. */
function isContainer(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What is wrong where two different parts have one path, which a state could hold only one of. */
function clash<T>(parts: readonly Found<T>[]): string | null {
  const known = new Map<string, Found<T>>();
  for (const part of parts) {
    const other = known.get(part.path);
    if (other !== undefined && other.value !== part.value) {
      return `${other.place} and ${part.place} would both be '${part.path}'. Rename one of them.`;
    }
    known.set(part.path, part);
  }
  return null;
}

/** PyTorch's spelling of a property's name: `runningMean` is `running_mean`. */
function pathName(property: string): string {
  return property.replace(/([a-z0-9])([A-Z]+)/g, (_, before: string, capitals: string) => {
    return `${before}_${capitals.toLowerCase()}`;
  });
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

function namesItsChildren<M extends object>(module: M): module is M & NamesItsChildren<M> {
  return 'allNamedChildren' in module;
}
