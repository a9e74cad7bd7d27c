import { formatReport, type Report, runTests, type Subjects } from '@trainkit/conformance';
import { htmlTable } from '../../report/page.js';

/** What a section says of its sanity check. */
export interface SanityCheck {
  /** For the terminal. */
  text: string;
  /** For the report, from its own h3 on. */
  html: string;
  /** How many passed, in a sentence. */
  summary: string;
  /** Each check and how it ended, as JSON. */
  checks: { part: string; check: string; status: string; expected: string; received: string }[];
}

/** The exercise's `run_tests` on this project's own part: each check against PyTorch's numbers. */
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
