import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { callsWithOptions } from '@trainkit/gates/options';
import { describe, expect, it } from 'vitest';

/**
 * Calls that pass options on: `f`, `Class` for its constructor, `Class.method`. The type fits any
 * options.
 */
export type OptionRows = Readonly<Record<string, (options: never) => unknown>>;

/** The declarations that {@link describeOptions} reads. */
export interface DescribeOptionsOptions {
  /** The entry of the package, default `'.'`. */
  entry?: string | undefined;
  /** The folder of the package, default the one that the tests run in. */
  folder?: string | undefined;
}

/**
 * Runs the law of options: every call of an entry that takes options rejects unknown ones.
 *
 * Reads the built declarations, so that an export with options but without a row is a failure.
 *
 * @example
 * ```text
 * describeOptions({
 *   Linear: (options) => new Linear(2, 3, options),
 *   'Module.loadStateDict': (options) => new Identity().loadStateDict({}, options),
 * });
 * describeOptions({ kaimingNormal }, { entry: './layers' });
 * ```
 */
export function describeOptions(
  rows: OptionRows,
  { entry = '.', folder = process.cwd() }: DescribeOptionsOptions = {},
): void {
  describe(`options of the entry ${entry}`, () => {
    it('has a row for each call that takes options', () => {
      const { exports } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'));
      const { types } = exports[entry];
      expect(Object.keys(rows).sort()).toEqual(callsWithOptions(resolve(folder, types)));
    });

    it.each(Object.entries(rows))('%s rejects an unknown option', async (_, call) => {
      const options = { notAnOption: 1 } as never;
      const outcome = await attempt(() => call(options));
      expect(outcome).toBeInstanceOf(TypeError);
      expect(String(outcome)).toMatch(/received the unknown option "notAnOption"; expected \w/);
    });
  });
}

/** Returns the error that was thrown, at once or by the promise, or undefined. */
async function attempt(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}
