import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDisplay } from './display.js';
import { type InstallProgress, progressText } from './progress.js';

/** The output of the display for one report every half second. */
function written(isTTY: boolean, reports: InstallProgress[], columns = 80): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns });
  let time = 0;
  const display = createDisplay(stream as unknown as NodeJS.WriteStream, () => time);
  for (const report of reports) {
    display.report(report);
    time += 500;
  }
  display.end('There.');
  return String(stream.read());
}

const downloading = (done: number): InstallProgress => ({ step: 'Downloading', done, total: 100e6 });

describe('progressText', () => {
  it.for([
    [{ step: 'Compiling' }, 'Compiling'],
    [{ step: 'Downloading', done: 1.4e6 }, 'Downloading: 1 MB'],
    [{ step: 'Downloading', done: 103e6, total: 207.2e6 }, 'Downloading: 103 of 207 MB'],
  ] as const)('of %o is %s', ([progress, text]) => {
    expect(progressText(progress)).toBe(text);
  });
});

describe('createDisplay', () => {
  it('writes a plain line when a step begins and every three seconds, without a terminal', () => {
    const reports = Array.from({ length: 14 }, (_, i) => downloading(i * 1e6));
    expect(written(false, [...reports, { step: 'Compiling' }])).toBe(
      'Downloading: 0 of 100 MB\nDownloading: 6 of 100 MB\nDownloading: 12 of 100 MB\nCompiling\nThere.\n',
    );
  });

  it('draws one line over and over on a terminal, and the last line stays', () => {
    const text = written(true, [
      downloading(0),
      downloading(50e6),
      downloading(150e6),
      { step: 'Compiling' },
    ]);
    expect(text.split('\r\u001b[K')).toEqual([
      '',
      '──────────────────────── Downloading: 0 of 100 MB',
      '━━━━━━━━━━━━──────────── Downloading: 50 of 100 MB',
      '━━━━━━━━━━━━━━━━━━━━━━━━ Downloading: 150 of 100 MB',
      '──────────────────────── Compiling',
      'There.\n',
    ]);
  });

  it('never writes past the edge of the terminal', () => {
    expect(written(true, [downloading(0)], 30).split('\r\u001b[K')[1]).toBe('──────────────────────── Down');
  });
});
