import { createHash } from 'node:crypto';
import { jsonKey } from '../space/json.js';
import type { Config } from '../space/space.js';

/**
 * Hexadecimal digits of an identity: 80 bits, so that a million runs have two alike with a
 * probability of 1e-12.
 */
const DIGITS = 20;

/**
 * The identity of a run: the hash of its settings, its seed and the version of its code, whatever
 * the order of the settings.
 */
export function runIdentity(config: Config, seed: number, code: string): string {
  return digest(jsonKey({ config, seed, code })).slice(0, DIGITS);
}

/** The SHA-256 of some bytes or a text, in hexadecimal digits. */
export function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
