import { formatReport, type Report, runTests, type Subjects } from '@trainkit/conformance';
import { htmlTable } from '../../report/page.js';

/** The report of a section's sanity check. */
export interface SanityCheck {
  /** The text for the terminal. */
  text: string;
  /** The HTML for the report, starting with its own h3. */
  html: string;
  /** The number of passed checks, in a sentence. */
  summary: string;
  /** The checks and their results, as JSON. */
  checks: { part: string; check: string; status: string; expected: string; received: string }[];
}

/**
 * Runs the exercise's `run_tests` on this project's own part: each check against PyTorch's numbers.
 */
export function sanityCheck(subjects: Subjects): SanityCheck {
  const report = runTests(subjects);
  const checks = report.parts.flatMap(({ part, checks }) =>
    checks.map(({ name, status, expected, received }) => ({ part, check: name, status, expected, received })),
  );
  const passed = checks.filter(({ status }) => status === 'passed').length;
  const summary = `${passed} of ${checks.length} checks against PyTorch ${report.torch} passed.`;
  return { text: formatReport(report), html: sanityCheckHtml(report, summary), summary, checks };
}

function sanityCheckHtml(report: Report, summary: string): string {
  const several = report.parts.length > 1;
  const checks = report.parts.flatMap(({ part, checks }) =>
    checks.map((check) => ({ ...check, name: several ? `${part}: ${check.name}` : check.name })),
  );
  return [
    '<h3>Sanity check</h3>',
    `<p>${summary}</p>`,
    htmlTable({
      headings: ['Check', 'Result'],
      rows: checks.map(({ name, status, received }) => [
        name,
        status === 'passed' ? 'passed' : `${status}: ${received}`,
      ]),
    }),
  ].join('\n');
}
