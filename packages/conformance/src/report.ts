import type { MistakeName } from './mistakes.js';

/** The subject of a part report. */
export type PartName = 'xavier' | 'BatchNorm' | 'LayerNorm' | 'Dropout' | 'AdamW' | 'Adam' | 'SGD';

/**
 * The outcome of a check.
 *
 * - `passed`: the numbers equal PyTorch's.
 * - `failed`: the numbers differ, or the code threw.
 * - `warning`: the numbers are right, but something else should be improved. It does not count as
 *   failed.
 * - `unclear`: nothing could be measured, and `received` gives the reason. It does not count as
 *   passed either.
 */
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'unclear';

/** The explanation of a failed check. */
export interface Diagnosis {
  /**
   * The mistakes that give exactly these numbers: one, or several that were made together; none
   * where the cause is not known.
   */
  mistakes: MistakeName[];
  /**
   * Mistakes of which each alone explains the observation, where the checks cannot tell them apart.
   */
  candidates: MistakeName[];
  /**
   * One or two sentences: the mistake, and where to look. Starts with `unclear:` where the cause is
   * not known.
   */
  explanation: string;
}

/** The reason why a check has no numbers. */
export interface CheckError {
  /** The message of the error in one line, or the name of the missing property or method. */
  message: string;
  /**
   * The location `file:line:column` at which the checked code threw; null if it is not known.
   */
  location: string | null;
}

/** A flaw that makes no number wrong. */
export interface Warning {
  /** The flaw, and the code to write instead. */
  message: string;
  /** The location `file:line:column` in the checked code; null if it is not known. */
  location: string | null;
}

/** One check: the expected and the received value, and the diagnosis. */
export interface CheckResult {
  /** The name of the check, such as `running variance after one batch`; unique within a part. */
  name: string;
  /** The outcome of the check. */
  status: CheckStatus;
  /** The expected value, as text and numbers. */
  expected: string;
  /** The received value, as text and numbers; for code that threw, its message. */
  received: string;
  /** The index of the element that is furthest off, or null if no numbers were compared. */
  at: number[] | null;
  /** The reason why there are no numbers; null if there are numbers. */
  error: CheckError | null;
  /** The likely mistake; null unless the check failed. */
  diagnosis: Diagnosis | null;
}

/** The checks of one class. */
export interface PartReport {
  /** The class or function that was checked. */
  part: PartName;
  /** True if no check failed and none was unclear. */
  passed: boolean;
  /** The recognized mistakes, each once. */
  mistakes: MistakeName[];
  /**
   * Mistakes of which each alone would explain the observations, or those that `mistakes` leaves
   * unexplained; the commoner comes first.
   */
  candidates: MistakeName[];
  /** The checks, in the order in which they ran. */
  checks: CheckResult[];
  /** Flaws that do not count as failed, such as tensors that are left behind. */
  warnings: Warning[];
}

/** The result of {@link runTests}: plain data, fit for `JSON.stringify`. */
export interface Report {
  /** True if all parts passed. */
  passed: boolean;
  /** The mistakes that were recognized in any part, each once. */
  mistakes: MistakeName[];
  /** A report for each class. */
  parts: PartReport[];
  /** The version of PyTorch that the numbers come from. */
  torch: string;
}

/** Summarizes the checks of a part. */
export function partReport(part: PartName, checks: CheckResult[], warnings: Warning[] = []): PartReport {
  const mistakes = [...new Set(checks.flatMap(({ diagnosis }) => diagnosis?.mistakes ?? []))];
  return {
    part,
    passed: checks.every(({ status }) => status === 'passed' || status === 'warning'),
    mistakes,
    candidates: likely(checks).filter((name) => !mistakes.includes(name)),
    checks,
    warnings,
  };
}

/**
 * The candidates that apply to most of the failed checks; one that explains a single check in ten
 * is not worth a headline. Beside certain mistakes, one of the candidates must be made too, however
 * few checks show it.
 */
function likely(checks: readonly CheckResult[]): MistakeName[] {
  const failed = checks.filter(({ status }) => status === 'failed');
  const names = new Set(failed.flatMap(({ diagnosis }) => diagnosis?.candidates ?? []));
  return [...names].filter((name) => {
    const agreeing = failed.filter(({ diagnosis }) => diagnosis?.candidates.includes(name));
    const isNeeded = agreeing.some(({ diagnosis }) => (diagnosis?.mistakes.length ?? 0) > 0);
    return isNeeded || agreeing.length * 2 > failed.length;
  });
}
