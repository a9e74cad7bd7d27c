import { explain } from './diagnosis/explain.js';
import type { CheckError, CheckResult, CheckStatus, Diagnosis, PartReport, Report } from './report.js';

const MARKS: Readonly<Record<CheckStatus, string>> = { passed: '✓', failed: '✗', warning: '!', unclear: '?' };

/** What the less usual marks mean, said where they stand. */
const WORDS: Readonly<Record<CheckStatus, string>> = {
  passed: '',
  failed: '',
  warning: ' (warning: it does not count as failed)',
  unclear: ' (unclear: it could not be measured)',
};

/**
 * A report as plain text: a line for each check, and for each that did not pass what was expected, what came and the
 * likely mistake.
 *
 * The marks are ✓ passed, ✗ failed, ! warning, ? unclear. An error that hits several checks stands there once, with the
 * line of the checked code that threw it. No colors and no control characters: it reads the same in a terminal, a log
 * file and a web page.
 *
 * @param report what `runTests` or one of the checks returned
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
export function formatReport(report: Report | PartReport): string {
  const parts = 'parts' in report ? report.parts : [report];
  return parts.map(formatPart).join('\n\n');
}

function formatPart({ part, checks, mistakes }: PartReport): string {
  const hitWith = (check: CheckResult) =>
    check.error === null ? [check] : checks.filter((other) => sameError(other, check));
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length;
  const warnings = checks.filter((check) => check.status === 'warning' && hitWith(check).length === 1).length;
  const counts = [
    `${count('passed')} of ${checks.length} checks passed`,
    ...(warnings > 0 ? [warnings === 1 ? '1 warning' : `${warnings} warnings`] : []),
    ...(count('unclear') > 0 ? [`${count('unclear')} unclear`] : []),
    ...(mistakes.length > 0 ? [`likely mistake: ${mistakes.join(', ')}`] : []),
  ];
  const explainOnce = explainer();
  const lines = checks.flatMap((check) => {
    const group = hitWith(check);
    if (check.error === null || group.length === 1) return formatCheck(check, explainOnce);
    return group[0] === check ? formatGroup(group, check.error, checks.length, explainOnce) : [];
  });
  return [`${part}: ${counts.join('; ')}`, ...lines].join('\n');
}

/** Whether two checks ended by the same error: thrown at the same location or, where that is not known, in the same words. */
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

/** Checks that one and the same error has ended. */
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

/** An error says itself what is wrong, unless a mistake is known that throws. */
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

/** What was thrown and where; what begins with TODO is a blank that nobody has filled in yet. */
function sentence({ message, location }: CheckError): string {
  const todo = /^(?:Error: )?(TODO\b.*)/.exec(message)?.[1];
  const text = todo === undefined ? message : `not filled in yet: ${todo}`;
  // The folders would hide the rest, and who reads it knows what was checked.
  const [, where] = /([^\\/]+:\d+):\d+$/.exec(location ?? '') ?? [];
  return where === undefined ? text : `${text} (${where})`;
}

/** Explains diagnoses; one mistake fails several checks, and is explained at the first of them. */
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
