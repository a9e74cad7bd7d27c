import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import adamGoldens from '../goldens/adam.json' with { type: 'json' };
import adamwGoldens from '../goldens/adamw.json' with { type: 'json' };
import problem from '../goldens/problem.json' with { type: 'json' };
import sgdGoldens from '../goldens/sgd.json' with { type: 'json' };
import { Adam, AdamW, type ParameterOptimizer, SGD } from './index.js';

type Named = [path: string, variable: tf.Variable];

/** What PyTorch has after some steps, and its state after the last. */
interface Golden {
  options: object;
  parameters: Record<string, Record<string, number[]>>;
  state: Record<string, Record<string, number | number[]>>;
  /** The largest number on the way of the parameters and of each key of the state. */
  largest: Record<string, number>;
}

interface Row {
  title: string;
  cases: readonly Golden[];
  make: (
    params: Named[],
    options: never,
  ) => Pick<ParameterOptimizer<never>, 'applyGradients' | 'stateDict' | 'dispose'>;
  /** Relative to the largest number on the way. */
  tolerance: number;
}

/**
 * Each case is compared after 1, 10 and 20 steps. Float32 rounds by 6e-8 of a number several times a step, and 20 steps
 * add up; what was large and has cancelled leaves the rounding of what it was.
 */
const rows: Row[] = [
  {
    title: 'SGD',
    cases: sgdGoldens.cases,
    make: (params, options) => new SGD(params, options),
    tolerance: 1e-6,
  },
  {
    title: 'Adam',
    cases: adamGoldens.cases,
    make: (params, options) => new Adam(params, options),
    tolerance: 1e-6,
  },
  {
    title: 'AdamW',
    cases: adamwGoldens.cases,
    make: (params, options) => new AdamW(params, options),
    tolerance: 1e-6,
  },
];

const shapes: Record<string, number[]> = problem.shapes;
const starts: Record<string, number[]> = problem.starts;
const gradients: Record<string, number[] | null>[] = problem.gradients;

describeBackends('PyTorch parity', () => {
  describe.each(rows)('$title', ({ cases, make, tolerance }) => {
    it.each(cases.map((golden) => [JSON.stringify(golden.options), golden] as const))('%s', (_, golden) => {
      const named = Object.entries(starts).map(([name, values]): Named => [name, variableOf(name, values)]);
      const within = (kind: string) => ({ rtol: 0, atol: tolerance * (golden.largest[kind] ?? 0) });
      // Each case's options are those of its optimizer, which JSON does not tell the compiler.
      const optimizer = make(named, golden.options as never);
      for (const [step, found] of gradients.entries()) {
        const list = named.flatMap(([name, { name: key }]) => {
          const values = found[name];
          return values == null ? [] : [{ name: key, tensor: tf.tensor(values, shapes[name]) }];
        });
        optimizer.applyGradients(list);
        tf.dispose(list.map(({ tensor }) => tensor));
        for (const [name, values] of Object.entries(golden.parameters[step] ?? {})) {
          expectAllClose(named.find(([path]) => path === name)![1], values, within('parameters'));
        }
      }
      const { state } = optimizer.stateDict();
      expect(Object.keys(state)).toEqual(Object.keys(golden.state));
      for (const [name, entries] of Object.entries(golden.state)) {
        for (const [key, values] of Object.entries(entries)) {
          const kept = state[name]?.[key];
          expect(kept, `${name}: ${key}`).toBeDefined();
          const scale = state[name]?.[`${key}_scale`] ?? 1;
          tf.tidy(() => expectAllClose(tf.div(kept!, scale), values, within(key)));
        }
      }
      optimizer.dispose();
      tf.dispose(named.map(([, variable]) => variable));
    });
  });
});

function variableOf(name: string, values: number[]): tf.Variable {
  const start = tf.tensor(values, shapes[name]);
  const made = tf.variable(start);
  start.dispose();
  return made;
}
