import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReport } from './write.js';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const part = (number: string, html: string) => ({ number, title: `Title ${number} <`, html });
const written = (path: string) => readFileSync(path, 'utf8');

describe('the report', () => {
  it('has a place for each seed, and another on the sample', () => {
    const options = { out, seed: 0n, onSample: false };
    const paths = [
      writeReport([part('1', 'full')], options),
      writeReport([part('1', 'sample')], { ...options, onSample: true }),
      writeReport([part('1', 'seven')], { ...options, seed: 7n }),
    ];
    expect(paths.map((path) => path.slice(out.length))).toEqual([
      '/reports/seed-0.html',
      '/reports/sample/seed-0.html',
      '/reports/seed-7.html',
    ]);
    for (const [index, text] of ['full', 'sample', 'seven'].entries()) {
      expect(written(paths[index] ?? '')).toContain(`\n${text}\n</section>`);
    }
    expect(written(paths[0] ?? '')).not.toContain('embedded sample');
    expect(written(paths[1] ?? '')).toContain('These runs used the embedded sample');
    expect(readdirSync(join(out, 'reports')).sort()).toEqual(['sample', 'seed-0.html', 'seed-7.html']);
  });

  it('replaces the sections of this command and keeps the others, in order', () => {
    const options = { out, seed: 3n, onSample: false };
    writeReport([part('1', 'old'), part('3', 'third\nline')], options);
    writeReport([part('2', 'second')], options);
    const path = writeReport([part('1', 'new')], options);
    const contents = written(path).match(/<section.*?<\/section>/gs);
    expect(contents).toEqual([
      '<section id="section-1">\n<h2>1. Title 1 &lt;</h2>\nnew\n</section>',
      '<section id="section-2">\n<h2>2. Title 2 &lt;</h2>\nsecond\n</section>',
      '<section id="section-3">\n<h2>3. Title 3 &lt;</h2>\nthird\nline\n</section>',
    ]);
  });

  it('says where it could not be written', () => {
    const file = join(out, 'file');
    writeFileSync(file, '');
    expect(() => writeReport([part('1', '')], { out: file, seed: 0n, onSample: false })).toThrow(
      /The report .*file\/reports\/seed-0\.html could not be written: /,
    );
  });
});
