import type { MistakeName } from '../mistakes.js';
import type { CheckResult } from '../report.js';
import { explain } from './explain.js';
import { asFailure, attempt, errorOf, Failure } from './observation.js';

/** The outcome of a check by rules. */
export interface Finding {
  /** True if the rule holds; null if this cannot be decided. */
  readonly passed: boolean | null;
  readonly expected: string;
  readonly received: string;
  /** The mistakes that explain a failure; none if the cause is not known. */
  readonly mistakes?: readonly MistakeName[];
  /** Mistakes of which each alone would explain the failure. */
  readonly candidates?: readonly MistakeName[];
}

/** Runs a check by rules. An exception makes the check fail, and the other checks still run. */
export function finding(name: string, expected: string, look: () => Omit<Finding, 'expected'>): CheckResult {
  const found = attempt(look);
  if (found instanceof Failure) {
    const own: MistakeName[] = found.mistake === null ? [] : [found.mistake];
    const names: MistakeName[] = found.kind === 'constant' ? ['no-gradient'] : own;
    return {
      name,
      status: 'failed',
      expected,
      received: found.message,
      at: null,
      error: errorOf(found),
      diagnosis: explain({ mistakes: names, candidates: [] }, asFailure(found)),
    };
  }
  const { passed, received, mistakes = [], candidates = [] } = found;
  return {
    name,
    status: passed === null ? 'unclear' : passed ? 'passed' : 'failed',
    expected,
    received,
    at: null,
    error: null,
    diagnosis:
      passed === false ? explain({ mistakes: [...mistakes], candidates: [...candidates] }, []) : null,
  };
}
