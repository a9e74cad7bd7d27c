import { checkOptions, type OptionNames } from '@trainkit/checks';
import { explain } from './diagnosis/explain.js';
import { mistakes as catalog } from './mistakes.js';
import type {
  CheckError,
  CheckResult,
  CheckStatus,
  Diagnosis,
  PartReport,
  Report,
  Warning,
} from './report.js';

/** The options of {@link formatReport}. */
export interface FormatReportOptions {
  /**
   * True to write every check, default false: of each part the likely mistake, the first check to
   * look at and the number of other failed checks.
   */
  all?: boolean | undefined;
  /**
   * The hint that tells a reader how to see all checks, default `{ all: true }`; a program names
   * its own flag.
   */
  allHint?: string | undefined;
}

const FORMAT_REPORT: OptionNames<FormatReportOptions> = { all: true, allHint: true };

const MARKS: Readonly<Record<CheckStatus, string>> = { passed: '✓', failed: '✗', warning: '!', unclear: '?' };

/** The meaning of the less usual marks, written after them. */
const WORDS: Readonly<Record<CheckStatus, string>> = {
  passed: '',
  failed: '',
  warning: ' (warning: it does not count as failed)',
  unclear: ' (unclear: it could not be measured)',
};

/**
 * A report as plain text: for each part the likely mistake and the first check to look at, with the
 * expected and the received value. The other checks are counted, or with `all` written too.
 *
 * The marks are ✓ passed, ✗ failed, ! warning, ? unclear. An error that ended several checks is
 * written once, with the line of the checked code that threw it. The text has no colors and no
 * control characters, so it reads the same in a terminal, a log file and a web page.
 *
 * @param report the result of `runTests` or of one of the checks
 * @param options `all` for every check, `allHint` for the hint on how to see them
 * @throws TypeError for an unknown option
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { checkDropout, formatReport } from '@trainkit/conformance';
 *
 * const report = checkDropout(class {});
 * console.log(formatReport(report).split('\n')[1]); // →   ✗ all 9 checks: Dropout has no method forward. Write: forward(x: tf.Tensor): tf.Tensor { … }
 * ```
 */
export function formatReport(report: Report | PartReport, options: FormatReportOptions = {}): string {
  const { all = false, allHint = '{ all: true }' } = checkOptions('formatReport', options, FORMAT_REPORT);
  const parts = 'parts' in report ? report.parts : [report];
  return parts.map((part) => (all ? formatAll(part) : formatShort(part, allHint))).join('\n\n');
}

/** The likely mistake, the first check to look at, and the number of other failed checks. */
function formatShort(part: PartReport, allHint: string): string {
  const { checks, mistakes, candidates } = part;
  const open = checks.filter(({ status }) => status === 'failed' || status === 'unclear');
  const first = firstToLookAt(part);
  if (first === undefined) return [headline(part), ...part.warnings.flatMap(formatWarning)].join('\n');
  const group = hitWith(first, checks);
  const explained = [...mistakes, ...candidates].map(
    (name) => `  ${name}: ${catalog[name].what} ${catalog[name].look}`,
  );
  const plain = explained.length > 0 ? { ...first, diagnosis: null } : first;
  const shown =
    first.error !== null && group.length > 1
      ? formatGroup(group, first.error, checks.length, explainer()).slice(0, 1)
      : formatCheck(plain, explainer());
  const others = open.length - group.length;
  const rest =
    others > 0
      ? [`  ${others === 1 ? '1 more check' : `${others} more checks`} failed; ${allHint} shows all.`]
      : [];
  return [headline(part), ...explained, ...shown, ...rest, ...part.warnings.flatMap(formatWarning)].join(
    '\n',
  );
}

/**
 * The first failed check that a named mistake explains, else the first that failed, else one that
 * is unclear.
 */
function firstToLookAt({ checks, mistakes, candidates }: PartReport): CheckResult | undefined {
  const failed = checks.filter(({ status }) => status === 'failed');
  const names = [...mistakes, ...candidates];
  const explained = failed.find(({ diagnosis }) =>
    [...(diagnosis?.mistakes ?? []), ...(diagnosis?.candidates ?? [])].some((name) => names.includes(name)),
  );
  return explained ?? failed[0] ?? checks.find(({ status }) => status === 'unclear');
}

/** The number of checks that passed, and the likely mistake. */
function headline({ part, checks, mistakes, candidates }: PartReport): string {
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  const warnings = checks.filter(
    (check) => check.status === 'warning' && hitWith(check, checks).length === 1,
  ).length;
  const likely =
    mistakes.length + candidates.length > 0
      ? [`likely mistake: ${[mistakes.join(', '), candidates.join(', or ')].filter(Boolean).join('; and ')}`]
      : [];
  const counts = [
    `${count('passed')} of ${checks.length} checks passed`,
    ...(warnings > 0 ? [warnings === 1 ? '1 warning' : `${warnings} warnings`] : []),
    ...(count('unclear') > 0 ? [`${count('unclear')} unclear`] : []),
    ...likely,
  ];
  return `${part}: ${counts.join('; ')}`;
}

/** Every check. */
function formatAll(part: PartReport): string {
  const { checks } = part;
  const explainOnce = explainer();
  const lines = checks.flatMap((check) => {
    const group = hitWith(check, checks);
    if (check.error === null || group.length === 1) return formatCheck(check, explainOnce);
    return group[0] === check ? formatGroup(group, check.error, checks.length, explainOnce) : [];
  });
  return [headline(part), ...lines, ...part.warnings.flatMap(formatWarning)].join('\n');
}

function formatWarning({ message, location }: Warning): string[] {
  return [`  ! warning: ${message}${at(location)}`];
}

/** The checks that the same error ended, or only the check itself. */
function hitWith(check: CheckResult, checks: readonly CheckResult[]): CheckResult[] {
  return check.error === null ? [check] : checks.filter((other) => sameError(other, check));
}

/**
 * True if two checks ended with the same error: the same location or, where it is not known, the
 * same message.
 */
function sameError({ error: one }: CheckResult, { error: other }: CheckResult): boolean {
  if (one === null || other === null) return false;
  return one.location === other.location && (one.location !== null || one.message === other.message);
}

function formatCheck(
  { name, status, expected, received, error, diagnosis }: CheckResult,
  explainOnce: (diagnosis: Diagnosis) => string[],
): string[] {
  const line = `  ${MARKS[status]} ${name}${WORDS[status]}`;
  if (status === 'passed') return [line];
  const came = error === null ? received : sentence(error);
  return [
    line,
    `      expected: ${expected}`,
    `      received: ${came}`,
    ...explanation(diagnosis, error, explainOnce),
  ];
}

/** The text for checks that ended with the same error. */
function formatGroup(
  group: readonly CheckResult[],
  error: CheckError,
  total: number,
  explainOnce: (diagnosis: Diagnosis) => string[],
): string[] {
  const all = group.length === total;
  return [
    `  ${MARKS.failed} ${all ? 'all ' : ''}${group.length} checks: ${sentence(error)}`,
    ...(all ? [] : [`      in: ${group.map(({ name }) => name).join(', ')}`]),
    ...group.flatMap(({ diagnosis }) => explanation(diagnosis, error, explainOnce)).slice(0, 1),
  ];
}

/** The explanation of an error. An error explains itself unless it comes from a known mistake. */
function explanation(
  diagnosis: Diagnosis | null,
  error: CheckError | null,
  explainOnce: (diagnosis: Diagnosis) => string[],
): string[] {
  if (diagnosis === null) return [];
  const { mistakes, candidates } = diagnosis;
  return error !== null && mistakes.length + candidates.length === 0
    ? []
    : explainOnce(diagnosis).map((text) => `      ${text}`);
}

/**
 * The message of an error with its location; a message that begins with TODO is a blank that is not
 * filled in yet.
 */
function sentence({ message, location }: CheckError): string {
  const todo = /^(?:Error: )?(TODO\b.*)/.exec(message)?.[1];
  return `${todo === undefined ? message : `not filled in yet: ${todo}`}${at(location)}`;
}

/**
 * File and line in brackets. The folders are left out: they would hide the message, and the reader
 * knows them.
 */
function at(location: string | null): string {
  const [, where] = /([^\\/]+:\d+):\d+$/.exec(location ?? '') ?? [];
  return where === undefined ? '' : ` (${where})`;
}

/** Explains diagnoses. A mistake that fails several checks is explained at the first of them. */
function explainer(): (diagnosis: Diagnosis) => string[] {
  const told = new Set<string>();
  const once = (text: string, again: string) => {
    if (told.has(text)) return again;
    told.add(text);
    return text;
  };
  return ({ mistakes, candidates, explanation }) => {
    const known = mistakes.filter((name) => told.has(name));
    const fresh = mistakes.filter((name) => !told.has(name));
    for (const name of fresh) told.add(name);
    if (known.length === 0) return [once(explanation, 'unclear, as above.')];
    const seeAbove = `${known.join(', ')}: see above`;
    if (fresh.length + candidates.length === 0) return [seeAbove];
    const rest = explain({ mistakes: fresh, candidates }, []).explanation;
    return [seeAbove, once(rest, 'There is more, and it is unclear, as above.')];
  };
}
