import type { serialization } from '@tensorflow/tfjs-core';
import { NONLINEARITIES } from '../gain.js';

// Saving a model writes JSON in snake_case and loading reads it in camelCase, values included, so
// `leaky_relu` comes back as `leakyRelu`. JSON has no bigint, Infinity or NaN. Lower-case
// words without underscores survive.
const NUMBERS = new Map([
  ['infinity', Number.POSITIVE_INFINITY],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);

/** The options of an initializer without its generator, in the form of a saved model. */
export function encode(options: object): serialization.ConfigDict {
  const config: serialization.ConfigDict = {};
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'bigint') config[name] = `${value}`;
    else if (typeof value === 'number') config[name] = Number.isFinite(value) ? value : wordFor(value);
    else if (typeof value === 'string') config[name] = value;
  }
  return config;
}

/** The options that {@link encode} wrote, even after conversion by a model's JSON. */
export function decode(config: serialization.ConfigDict): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (typeof value === 'number') options[name] = value;
    else if (typeof value !== 'string') continue;
    else if (name === 'seed') options[name] = BigInt(value);
    else if (name === 'nonlinearity') options[name] = spelled(value);
    else options[name] = NUMBERS.get(value) ?? value;
  }
  return options;
}

function wordFor(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'infinity' : 'minus infinity';
}

/**
 * Restores PyTorch's spelling of `leakyRelu`; an unknown name stays unchanged, for the error
 * message.
 */
function spelled(name: string): string {
  const plain = (word: string) => word.replaceAll('_', '').toLowerCase();
  return NONLINEARITIES.find((candidate) => plain(candidate) === plain(name)) ?? name;
}
