import type { Json } from '../space/space.js';

const integer = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Json => ({
  type: 'integer',
  minimum,
  maximum,
});
const number: Json = { type: 'number' };
const values: Json = { type: 'array', minItems: 1, maxItems: 10_000, uniqueItems: true };

/** An object with these fields and no others; those that end in `?` may be missing. */
function fields(properties: Readonly<Record<string, Json>>): Json {
  const names = Object.keys(properties);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]!])),
  };
}

const distribution: Json = {
  oneOf: [
    fields({ type: { const: 'choice' }, values }),
    fields({ type: { const: 'uniform' }, low: number, high: number }),
    fields({ type: { const: 'logUniform' }, low: { type: 'number', exclusiveMinimum: 0 }, high: number }),
    fields({
      type: { const: 'int' },
      low: { type: 'integer' },
      high: { type: 'integer' },
      'step?': integer(1),
      'log?': { type: 'boolean' },
    }),
  ],
};

/**
 * The JSON Schema (draft-07) of a sweep, for editors: they complete fields and mark mistakes.
 *
 * `parseSweep` checks more: that `high` is above `low`, and that a condition names a choice before
 * it.
 *
 * @example
 * ```ts
 * import { sweepSchema } from '@trainkit/sweep';
 *
 * console.log(Object.keys(sweepSchema).join(' ')); // → $schema title type additionalProperties required properties
 * ```
 */
export const sweepSchema: { readonly [key: string]: Json } = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A sweep of @trainkit/sweep',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'target', 'space', 'search'],
  properties: {
    $schema: { type: 'string' },
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' },
    target: { type: 'string', minLength: 1 },
    space: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        oneOf: [
          distribution,
          fields({
            type: { const: 'conditional' },
            when: { type: 'object', minProperties: 1, additionalProperties: values },
            parameter: distribution,
          }),
        ],
      },
    },
    base: { type: 'object' },
    search: {
      oneOf: [
        fields({ type: { const: 'grid' }, 'points?': { type: 'object', additionalProperties: integer(1) } }),
        fields({
          type: { enum: ['random', 'sobol', 'tpe'] },
          trials: integer(1, 1e7),
          'seed?': integer(0, 0xffff_ffff),
        }),
      ],
    },
    halving: fields({
      type: { enum: ['asha', 'hyperband'] },
      minSteps: integer(1),
      'reduction?': integer(2),
    }),
    mode: { enum: ['min', 'max'] },
    steps: integer(1),
    seeds: { type: 'array', minItems: 1, maxItems: 1000, uniqueItems: true, items: integer(0) },
    retries: integer(0, 1000),
    limits: fields({ 'maxRuns?': integer(1), 'maxSteps?': integer(1) }),
  },
};
