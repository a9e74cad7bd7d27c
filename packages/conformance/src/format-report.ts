import type { CheckResult, CheckStatus, PartReport, Report } from './report.js';

const MARKS: Readonly<Record<CheckStatus, string>> = { passed: '✓', failed: '✗', warning: '!', unclear: '?' };

/**
 * A report as plain text: a line for each check, and for each that did not pass what was expected, what came and the
 * likely mistake.
 *
 * The marks are ✓ passed, ✗ failed, ! warning, ? unclear. No colours and no control characters: it reads the same in a terminal, a log file and a web page.
 *
 * @param report what `runTests` or one of the checks returned
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { checkDropout, formatReport } from '@trainkit/conformance';
 *
 * const report = checkDropout(class {});
 * console.log(formatReport(report).split('\n')[1]); // →   ✗ share of dropped elements
 * ```
 */
export function formatReport(report: Report | PartReport): string {
  const parts = 'parts' in report ? report.parts : [report];
  return parts.map(formatPart).join('\n\n');
}

function formatPart({ part, checks, mistakes }: PartReport): string {
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const unclear = checks.filter(({ status }) => status === 'unclear').length;
  const passed = checks.length - failed - unclear;
  const counts = [
    `${passed} of ${checks.length} checks passed`,
    ...(unclear > 0 ? [`${unclear} unclear`] : []),
    ...(mistakes.length > 0 ? [`likely mistake: ${mistakes.join(', ')}`] : []),
  ];
  return [
    `${part}: ${counts.join('; ')}`,
    ...checks.flatMap((check, i) => formatCheck(check, checks.slice(0, i))),
  ].join('\n');
}

function formatCheck(
  { name, status, expected, received, diagnosis }: CheckResult,
  earlier: readonly CheckResult[],
): string[] {
  const line = `  ${MARKS[status]} ${name}`;
  if (status === 'passed') return [line];
  const numbers = [`      expected: ${expected}`, `      received: ${received}`];
  if (diagnosis === null) return [line, ...numbers];
  const { explanation, mistakes } = diagnosis;
  // One mistake fails several checks: it is explained once.
  const known = mistakes.length > 0 && earlier.some((check) => check.diagnosis?.explanation === explanation);
  return [line, ...numbers, `      ${known ? `${mistakes.join(', ')}: see above` : explanation}`];
}
