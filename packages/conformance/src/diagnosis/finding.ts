import type { MistakeName } from '../mistakes.js';
import type { CheckResult } from '../report.js';
import { explain } from './explain.js';
import { asFailure, attempt, errorOf, Failure } from './observation.js';

/** What a check by rules found. */
export interface Finding {
  /** Whether it is as it should be; null where that cannot be said. */
  readonly passed: boolean | null;
  readonly expected: string;
  readonly received: string;
  /** What explains it where it is not; none where that is not known. */
  readonly mistakes?: readonly MistakeName[];
  /** Mistakes of which each alone would explain it. */
  readonly candidates?: readonly MistakeName[];
}

/** The result of a check by rules; one that throws has failed, and the rest goes on. */
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
