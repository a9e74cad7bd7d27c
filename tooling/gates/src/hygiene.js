import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trackedFiles } from './tracked.js';
import { root } from './workspace.js';

/** The only files that may be binary or big: the sample of Fashion-MNIST that the tests use. */
const SAMPLE = /(^|\/)sample\/[^/]+\.gz$/;

const MAX_BYTES = 1_000_000;

/**
 * The patterns that no file may contain. `/home/me` is allowed, since examples of output use it.
 *
 * @type {readonly { what: string, pattern: RegExp, instead: string }[]}
 */
const FORBIDDEN = [
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.:-])\/(?:root|home\/(?!me\b)\w+|Users\/\w+|work\/\w+)\/[\w.-]+|\b[A-Z]:\\Users\\\w+/,
    instead: 'Write a path from the root of the repository.',
  },
  {
    what: 'an address of a private network',
    pattern:
      /\bhttps?:\/\/(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+|\bhttps?:\/\/[\w-]+\.(?:internal|local|lan|corp)\b/,
    instead: 'Write a public address, or read it from a setting.',
  },
  {
    what: 'an unfinished merge',
    pattern: /^(?:<{7} |>{7} )/m,
    instead: 'Finish the merge.',
  },
];

/**
 * Checks that no file names a path or an address of one machine, and that no file but the sample is
 * binary or big.
 *
 * @param {import('./report.js').Report} report
 */
export default async function hygiene(report) {
  const files = await trackedFiles();
  const failures = files.flatMap((file) => {
    const found = problems(file, readFileSync(join(root, file)));
    return found.map((problem) => ({ file, ...problem }));
  });
  for (const { file, what, instead } of failures) report.fail(`${file}: ${what}`, instead);
  if (failures.length === 0)
    report.pass(
      `${files.length} files: no path of one machine, no private address, none binary or over 1 MB`,
    );

  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const addresses = lock.match(/\b(?:tarball|resolved|registry): *\S+|\bhttps?:\/\/\S+/g) ?? [];
  report.check(
    'pnpm-lock.yaml: no addresses',
    addresses,
    'Install with the default registry settings; the lock needs integrity only.',
  );
}

/**
 * @param {string} file
 * @param {Buffer} bytes
 */
export function problems(file, bytes) {
  if (SAMPLE.test(file)) return [];
  if (bytes.length > MAX_BYTES) {
    return [
      {
        what: `${(bytes.length / 1e6).toFixed(1)} MB`,
        instead: 'Keep files under 1 MB; download or compute bigger data.',
      },
    ];
  }
  if (bytes.includes(0)) return [{ what: 'binary', instead: 'Commit the source that it is made from.' }];
  const text = bytes.toString('utf8');
  return FORBIDDEN.flatMap(({ what, pattern, instead }) => {
    const match = pattern.exec(text);
    const line = match ? text.slice(0, match.index).split('\n').length : 0;
    return match ? [{ what: `line ${line}: ${what}: ${match[0]}`, instead }] : [];
  });
}
