import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDisplay, lines } from './display.js';
import { progressText } from './progress.js';

describe('progressText', () => {
  it.for([
    [{ step: 'Compiling' }, 'Compiling'],
    [{ step: 'Downloading', done: 1.4e6 }, 'Downloading: 1 MB'],
    [{ step: 'Downloading', done: 103e6, total: 207.2e6 }, 'Downloading: 103 of 207 MB'],
  ] as const)('of %o is %s', ([progress, text]) => {
    expect(progressText(progress)).toBe(text);
  });
});

describe('lines', () => {
  it('appear when a step begins, then every three seconds', () => {
    const written: string[] = [];
    let time = 0;
    const display = lines(
      (line) => written.push(line),
      () => time,
    );
    for (time = 0; time <= 6_500; time += 500) display.report({ step: 'Downloading', done: time * 1e3 });
    display.report({ step: 'Compiling' });
    display.end('There.', true);
    expect(written).toEqual([
      'Downloading: 0 MB',
      'Downloading: 3 MB',
      'Downloading: 6 MB',
      'Compiling',
      'There.',
    ]);
  });
});

describe('createDisplay', () => {
  const screen = (isTTY: boolean) => {
    let text = '';
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24 });
    stream.on('data', (chunk) => {
      text += chunk;
    });
    const display = createDisplay(stream as unknown as NodeJS.WriteStream);
    display.report({ step: 'Downloading', done: 50e6, total: 100e6 });
    display.report({ step: 'Compiling' });
    display.end('There.', true);
    return { read: () => text };
  };

  it('is plain lines without a terminal', async () => {
    const { read } = screen(false);
    await new Promise(setImmediate);
    expect(read()).toBe('Downloading: 50 of 100 MB\nCompiling\nThere.\n');
  });

  it('is a progress bar on a terminal, with the last line staying', async () => {
    const { read } = screen(true);
    await new Promise(setImmediate);
    expect(read()).toContain('There.');
    expect(read()).toContain('\u001b[');
  });
});
