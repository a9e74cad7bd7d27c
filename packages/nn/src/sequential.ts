import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { isModule, Module } from './module.js';
import type { Named } from './tree.js';

/**
 * Modules one after the other: the output of each is the input of the next.
 *
 * Only the last output is left: those between are freed, so a hook on a layer must `tf.keep` what it stores.
 *
 * Children are reached by index, `net.at(0)` (from the end with negative numbers), and by path: `'0'`, `'1'`, …, or the
 * names that are given, `new Sequential({ hidden: new Linear(4, 8), output: new Linear(8, 2) })`.
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
export class Sequential extends Module implements Iterable<Module> {
  readonly #children: readonly Named<Module>[];

  constructor(...modules: Module[] | [modules: Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    const named = modules.length === 1 && !isModule(first) ? Object.entries(first ?? {}) : undefined;
    if (named) checkNames(named.map(([name]) => name));
    this.#children = (named ?? Object.entries(modules)).map(([name, module]): Named<Module> => {
      if (!isModule(module)) {
        throw new TypeError(
          `Sequential: '${name}' is not a Module. Write new Sequential(new Linear(4, 8), new Tanh()) ` +
            'or new Sequential({ hidden: new Linear(4, 8) }).',
        );
      }
      return [name, module];
    });
  }

  override forward(x: Tensor): Tensor {
    return tidy(() => this.#children.reduce((input, [, module]) => module.forward(input), x));
  }

  /** How many modules there are. */
  get length(): number {
    return this.#children.length;
  }

  /** The module at `index`, from the end where it is negative; throws where there is none. */
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

  /** All children with their names, one that occurs twice under both. */
  allNamedChildren(): Named<Module>[] {
    return [...this.#children];
  }
}

/** A name is one step of a path; and JavaScript moves names that are whole numbers to the front. */
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
