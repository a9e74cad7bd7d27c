import type { MistakeName } from './mistakes.js';

/** What a part report is about. */
export type PartName = 'xavier' | 'BatchNorm' | 'LayerNorm' | 'Dropout' | 'AdamW' | 'Adam' | 'SGD';

/**
 * How a check ended.
 *
 * - `passed`: the numbers are PyTorch's.
 * - `failed`: they are not, or the code threw.
 * - `warning`: the numbers are right, but something else is worth a look; it does not count as failed.
 * - `unclear`: nothing could be measured, and `received` says why; it does not count as passed either.
 */
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'unclear';

/** What explains the numbers of a failed check. */
export interface Diagnosis {
  /**
   * The mistakes that give exactly these numbers: one; several that were made together; none where the cause is not
   * known.
   */
  mistakes: MistakeName[];
  /** Mistakes of which each alone would explain what was seen, where the checks cannot tell them apart. */
  candidates: MistakeName[];
  /** One or two sentences: what is wrong, and where to look. Starts with `unclear:` where the cause is not known. */
  explanation: string;
}

/** Why a check has no numbers. */
export interface CheckError {
  /** What the code threw, in one line, or what is missing. */
  message: string;
  /** Where the checked code threw, `file:line:column`; null where that is not known. */
  location: string | null;
}

/** Something that is worth a look though it makes no number wrong. */
export interface Warning {
  /** What it is, and what to write instead. */
  message: string;
  /** Where in the checked code, `file:line:column`; null where that is not known. */
  location: string | null;
}

/** One check: what was expected, what came, and why. */
export interface CheckResult {
  /** What was checked, such as `running variance after one batch`; unique within a part. */
  name: string;
  /** How it ended. */
  status: CheckStatus;
  /** What was expected, in words and numbers. */
  expected: string;
  /** What came, in words and numbers; for code that threw, its message. */
  received: string;
  /** The index of the element that is furthest off, or null where no numbers were compared. */
  at: number[] | null;
  /** Why there are no numbers; null where there are. */
  error: CheckError | null;
  /** The likely mistake; null unless the check failed. */
  diagnosis: Diagnosis | null;
}

/** The checks of one class. */
export interface PartReport {
  /** Which class it is about. */
  part: PartName;
  /** Whether no check failed and none was unclear. */
  passed: boolean;
  /** The mistakes that were recognized, each once. */
  mistakes: MistakeName[];
  /**
   * Mistakes of which each alone would explain what was seen, or what is left of it beside `mistakes`; the commoner
   * comes first.
   */
  candidates: MistakeName[];
  /** Its checks, in the order in which they were made. */
  checks: CheckResult[];
  /** What else is worth a look, such as tensors that are left behind; it does not count as failed. */
  warnings: Warning[];
}

/** What {@link runTests} returns: plain data, fit for `JSON.stringify`. */
export interface Report {
  /** Whether all parts passed. */
  passed: boolean;
  /** The mistakes that were recognized in any part, each once. */
  mistakes: MistakeName[];
  /** A report for each class. */
  parts: PartReport[];
  /** The version of PyTorch that the numbers come from. */
  torch: string;
}

/** Sums the checks of a part up. */
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
 * The candidates of most of the failed checks: what one check in ten agrees with is no headline. Beside mistakes that
 * are certain one of them must be made too, wherever it shows.
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
