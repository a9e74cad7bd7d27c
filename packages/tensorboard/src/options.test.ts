import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOptions } from '@trainkit/testing/options';
import { afterAll } from 'vitest';
import { SummaryWriter } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'trainkit-options-'));
const writer = new SummaryWriter(folder);
afterAll(async () => {
  await writer.close();
  rmSync(folder, { recursive: true });
});

describeOptions({
  SummaryWriter: (options) => new SummaryWriter(folder, options),
  'SummaryWriter.addHistogram': (options) => writer.addHistogram('a', [1], 0, options),
  'SummaryWriter.addHparams': (options) => writer.addHparams({}, {}, options),
  'SummaryWriter.addImage': (options) => writer.addImage('a', { data: [1], shape: [1, 1] }, 0, options),
  'SummaryWriter.addScalar': (options) => writer.addScalar('a', 1, 0, options),
  'SummaryWriter.addScalars': (options) => writer.addScalars('a', { b: 1 }, 0, options),
  'SummaryWriter.addText': (options) => writer.addText('a', 'b', 0, options),
});
