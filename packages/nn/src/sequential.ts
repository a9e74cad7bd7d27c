import { engine, type Rank, Tensor, tidy } from '@tensorflow/tfjs-core';
import { expected, isPlain, show } from '@trainkit/checks';
import { activeRecorder, guard } from '@trainkit/kernels/capture';
import { isModule, Module, moduleAdvice } from './module.js';
import type { Named } from './tree.js';

const EXAMPLES =
  'Write new Sequential(new Linear(4, 8), new Tanh()) or new Sequential({ hidden: new Linear(4, 8) }).';

/**
 * The type of a module's output for an input of rank `R`: the same rank, if the module keeps it.
 */
type OutputFor<M extends Module, R extends Rank> = M['forward'] extends (x: Tensor<R>) => Tensor<R>
  ? Tensor<R>
  : ReturnType<M['forward']>;

/**
 * The type of the last output of modules for an input of rank `R`; of any rank if one of them may
 * change it.
 */
export type SequentialOutput<Modules extends readonly Module[], R extends Rank> = Modules extends readonly []
  ? Tensor<R>
  : Modules extends readonly [infer First extends Module, ...infer Rest extends readonly Module[]]
    ? OutputFor<First, R> extends Tensor<infer Next extends Rank>
      ? SequentialOutput<Rest, Next>
      : Tensor
    : Tensor;

/**
 * A sequence of modules: the output of each is the input of the next.
 *
 * Each takes one tensor, and all but the last return one. Wrap a module with several inputs or
 * outputs in a Module whose `forward` calls it. The intermediate outputs are freed, so a hook on a
 * layer must `tf.keep` the tensors that it stores.
 *
 * Children have an index, `net.at(0)` (negative counts from the end), and a path: `'0'`, `'1'`, …,
 * or the given names, `new Sequential({ hidden: new Linear(4, 8), output: new Linear(8, 2) })`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Linear, Sequential, Tanh } from '@trainkit/nn';
 *
 * const net = new Sequential(new Linear(4, 8), new Tanh(), new Linear(8, 2));
 * console.log(Object.keys(net.stateDict()).join(' ')); // → 0.weight 0.bias 2.weight 2.bias
 * console.log(net.forward(tf.zeros([3, 4])).shape); // → [ 3, 2 ]
 * ```
 */
export class Sequential<const Modules extends readonly Module[] = readonly Module[]>
  extends Module
  implements Iterable<Module>
{
  readonly #children: readonly Named<Module>[];

  constructor(...modules: Modules | [modules: Readonly<Record<string, Module>>]) {
    super();
    this.#children = namedModules(modules);
  }

  override forward<R extends Rank>(x: Tensor<R>): SequentialOutput<Modules, R>;
  override forward(x: Tensor, ...more: readonly unknown[]): Tensor {
    if (more.some((input) => input !== undefined)) {
      throw new TypeError(
        `Sequential: forward received ${more.length + 1} inputs; expected one tensor. Write a Module whose forward calls ` +
          'its layers with what each needs.',
      );
    }
    checkInput(x);
    return tidy(() => this.#pass(x));
  }

  /**
   * The output of all children. The children of a nested Sequential are called here, in a separate
   * scope as with `tf.tidy`: calls of thousands of nested Sequentials would exhaust the stack.
   */
  #pass(x: Tensor): Tensor {
    const open = [this.#begin()];
    let output = x;
    try {
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
        const child = top.children[top.done];
        if (child === undefined) {
          checkLastOutput(top.children.at(-1), output);
          open.pop();
          if (open.length > 0) engine().endScope(output);
          continue;
        }
        const before = top.children[top.done - 1];
        if (before !== undefined) checkPassedOn(before, output, child);
        top.done++;
        const [, module] = child;
        // Except one with hooks, with a subclass's own forward, or of another copy of this package.
        if (#children in module && module.forward === Sequential.prototype.forward) {
          checkInput(output);
          const inner = module.#begin();
          engine().startScope('Sequential');
          open.push(inner);
        } else {
          output = module.forward(output);
        }
      }
      return output;
    } catch (error) {
      for (; open.length > 1; open.pop()) engine().endScope();
      throw error;
    }
  }

  /** The children, none of them done; records their calls for a recorded step. */
  #begin(): { readonly children: readonly Named<Module>[]; done: number } {
    const children = this.#children;
    if (activeRecorder() !== null) {
      const forwards = children.map(([, module]) => module.forward);
      // A replay would ignore a forward that was replaced.
      guard(() => children.every(([, module], i) => module.forward === forwards[i]));
    }
    return { children, done: 0 };
  }

  /** The number of modules. */
  get length(): number {
    return this.#children.length;
  }

  /** The module at `index`, from the end if it is negative; throws if there is none. */
  at(index: number): Module {
    const found = this.#children.at(index);
    if (found === undefined || !Number.isInteger(index)) {
      throw new RangeError(`Sequential: there is no module at ${index}; it has ${this.length} modules.`);
    }
    return found[1];
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.#children.map(([, module]) => module)[Symbol.iterator]();
  }

  /** All children with their names; a module that occurs twice has both names. */
  allNamedChildren(): Named<Module>[] {
    return [...this.#children];
  }
}

/**
 * The children of a Sequential with their names; throws, with what to write, for anything that is
 * no module.
 */
function namedModules(given: readonly unknown[]): Named<Module>[] {
  const [first] = given;
  const isNamed = given.length === 1 && isPlain(first);
  const entries: [string, unknown][] = isNamed ? Object.entries(first) : Object.entries(given);
  if (isNamed) checkNames(entries.map(([name]) => name));
  return entries.map(([name, module]) => {
    if (isModule(module)) return [name, module];
    throw new TypeError(expected('Sequential', `'${name}'`, module, 'a Module', instead(module)));
  });
}

function instead(value: unknown): string {
  if (Array.isArray(value)) return 'Write new Sequential(...modules).';
  if (value instanceof Map) return 'Write new Sequential(Object.fromEntries(map)).';
  if (value instanceof Set) return 'Write new Sequential(...set).';
  if (value === null || value === undefined) return 'Write new Identity() for a layer that is switched off.';
  if (typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))) {
    return 'Write a class that extends Module, and the function as its forward.';
  }
  return moduleAdvice(value) || EXAMPLES;
}

/**
 * A list of tensors would give NaN in layers of tf ops. The first layer reports other values that
 * are no tensor.
 */
function checkInput(x: unknown): void {
  if (!Array.isArray(x) || !x.some((item) => item instanceof Tensor)) return;
  const advice = 'Write a Module whose forward calls its layers with what each needs.';
  throw new TypeError(expected('Sequential', 'x', x, 'one tensor', advice));
}

/** Throws unless the output of one child is a tensor, which the next one takes. */
function checkPassedOn(
  [name, module]: Named<Module>,
  output: unknown,
  [nextName, next]: Named<Module>,
): void {
  if (output instanceof Tensor) return;
  throw new TypeError(
    `Sequential: ${title(name, module)} returned ${show(output)}; expected one tensor, which ${title(nextName, next)} ` +
      `takes. ${adviceFor(output)}`,
  );
}

function checkLastOutput(last: Named<Module> | undefined, output: unknown): void {
  if (last === undefined || (output !== undefined && !(output instanceof Promise))) return;
  throw new TypeError(
    `Sequential: ${title(...last)} returned ${show(output)}; expected an output. ${adviceFor(output)}`,
  );
}

function adviceFor(output: unknown): string {
  if (output === undefined) return 'Write return in its forward.';
  if (output instanceof Promise) return 'Write a forward that is not async.';
  return 'Write a Module whose forward picks from it: const [first] = this.cell.forward(x).';
}

function title(name: string, module: Module): string {
  return `'${name}' (${module.constructor.name})`;
}

/**
 * A name is one segment of a path. JavaScript moves names that are whole numbers to the front of an
 * object.
 */
function checkNames(names: readonly string[]): void {
  const wrong = names.find(
    (name, i) => name === '' || name.includes('.') || (/^\d+$/.test(name) && name !== String(i)),
  );
  if (wrong === undefined) return;
  throw new RangeError(
    `Sequential: '${wrong}' cannot be a name: it must not be empty, hold a '.', or be a whole number out of order. ` +
      'Write a word, as in new Sequential({ hidden: new Linear(4, 8) }).',
  );
}
