import { expected } from '@trainkit/checks';
import { isRunFile, METRICS } from '../runs/run-files.js';
import { Sha256 } from '../state/sha256.js';
import type { TrainEvent, ValidationEvent } from './logger.js';

/** The functions that make the lines of a log; null makes none. */
export interface LineMakers {
  train: (event: TrainEvent) => object | null;
  validation: (event: ValidationEvent) => object | null;
}

/** The byte that ends a line. */
const NEWLINE = '\n'.charCodeAt(0);

/** The default line of an event: its step and its numbers. */
export function defaultLine({ step, values }: TrainEvent | ValidationEvent): object {
  return { step, ...values };
}

/** The part of a log that a checkpoint covers. */
export interface CoveredLines {
  /** The length of the part. */
  bytes: number;
  /** The SHA-256 of the part; null for a checkpoint of an earlier release without it. */
  sha256: string | null;
}

/** The part that a checkpoint covers, from the state of a log of lines; null if there is none. */
export function coveredLines(state: unknown): CoveredLines | null {
  if (typeof state !== 'object' || state === null || !('bytes' in state)) return null;
  const { bytes } = state;
  const sha256 = 'sha256' in state && typeof state.sha256 === 'string' ? state.sha256 : null;
  return typeof bytes === 'number' ? { bytes, sha256 } : null;
}

/** The part of a log that a resumed run keeps: see {@link keptLines}. */
export interface KeptLines {
  bytes: Uint8Array;
  /** The digest of the bytes, to be continued. */
  digest: Sha256;
  /**
   * The reason why the log is not the one that the checkpoint covers, to follow its path; null if
   * it is.
   */
  problem: string | null;
}

/**
 * Truncates a log to the part that the checkpoint covers, and compares that part with the
 * checkpoint's digest.
 *
 * @param before the existing log; null if there is none
 * @param covered null if no checkpoint covers any of it
 */
export function keptLines(before: Uint8Array | null, covered: CoveredLines | null): KeptLines {
  const bytes = before?.subarray(0, covered?.bytes ?? 0) ?? new Uint8Array();
  const digest = new Sha256().update(bytes);
  return { bytes, digest, problem: covered === null ? null : problemOf(bytes, covered, digest.digest()) };
}

function problemOf(kept: Uint8Array, { bytes, sha256 }: CoveredLines, found: string): string | null {
  const isWhole = kept.length === bytes;
  if (isWhole && (sha256 === null ? bytes === 0 || kept.at(-1) === NEWLINE : found === sha256)) return null;
  if (!isWhole || sha256 === null) return 'lacks lines that the run has logged before its last checkpoint.';
  return `was changed after the run's last checkpoint: the SHA-256 of its first ${bytes} bytes is ${found}; expected ${sha256}.`;
}

/** Throws if the log would have the name of a file that the run itself writes. */
export function checkLogName(name: string): void {
  if (!isRunFile(name)) return;
  throw new TypeError(
    expected('jsonLines', 'path', name, 'no file that the run itself writes', `Write '${METRICS}'.`),
  );
}
