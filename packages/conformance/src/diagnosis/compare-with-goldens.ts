import { show } from '@trainkit/checks';
import type { CheckResult, Diagnosis } from '../report.js';
import { agrees, furthest } from './compare.js';
import { diagnose } from './diagnose.js';
import type { Model } from './model.js';
import { errorOf, Failure, type Observation, type Observations } from './observation.js';

/** The expected result of a check. */
export interface Expectation {
  /** PyTorch's numbers. */
  readonly values: readonly number[];
  /** The shape of the values, for the index of the worst one. */
  readonly shape: readonly number[];
}

/**
 * Compares the observations with PyTorch's numbers, and names the mistakes behind those that
 * differ.
 *
 * @param tolerance the largest allowed difference, relative to 1 + |value|
 * @param lenient checks that give a warning instead of a failure where there are no numbers:
 *   optional abilities of PyTorch
 */
export function compareWithGoldens<Flag>(
  seen: Observations,
  expected: ReadonlyMap<string, Expectation>,
  model: Model<Flag>,
  tolerance: number,
  lenient: readonly string[] = [],
): CheckResult[] {
  const warned = new Set(lenient.filter((check) => seen.get(check) instanceof Failure));
  const measured = new Map([...seen].filter(([check]) => !warned.has(check)));
  const failed = new Set(
    [...measured].flatMap(([check, value]) =>
      agrees(value, wantedOf(expected, check).values, tolerance) ? [] : [check],
    ),
  );
  const diagnoses =
    failed.size === 0 ? new Map<string, Diagnosis>() : diagnose(measured, failed, model, tolerance);
  return [...seen].map(([name, value]): CheckResult => {
    const diagnosis = diagnoses.get(name) ?? null;
    return {
      name,
      status: warned.has(name) ? 'warning' : failed.has(name) ? 'failed' : 'passed',
      ...difference(value, wantedOf(expected, name), tolerance),
      error: errorOf(value),
      diagnosis,
    };
  });
}

function wantedOf(expected: ReadonlyMap<string, Expectation>, check: string): Expectation {
  const wanted = expected.get(check);
  if (wanted === undefined)
    throw new Error(`There are no numbers of PyTorch's for the check ${show(check)}.`);
  return wanted;
}

function difference(
  value: Observation,
  { values, shape }: Expectation,
  tolerance: number,
): Pick<CheckResult, 'expected' | 'received' | 'at'> {
  const expected = `${count(values.length)}, [${shape.join(', ')}]`;
  if (value instanceof Failure) return { expected, received: value.message, at: null };
  if (value.length !== values.length) return { expected, received: count(value.length), at: null };
  const worst = furthest(value, values);
  if (agrees(value, values, tolerance)) {
    return { expected, received: `the same; largest difference ${round(worst.difference, 2)}`, at: null };
  }
  const at = indexOf(worst.at, shape);
  const wrong = value.filter((number, i) => !agrees([number], [values[i] ?? Number.NaN], tolerance)).length;
  const where = shape.length === 0 ? '' : ` at [${at.join(', ')}]`;
  return {
    expected: `${round(values[worst.at] ?? Number.NaN)}${where}`,
    received: `${round(value[worst.at] ?? Number.NaN)}${where}; ${wrong} of ${count(values.length)} differ`,
    at,
  };
}

function indexOf(position: number, shape: readonly number[]): number[] {
  let rest = position;
  return [...shape]
    .reverse()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

function round(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits)));
}

function count(numbers: number): string {
  return numbers === 1 ? '1 number' : `${numbers} numbers`;
}
