import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../fixtures/large-products.js', import.meta.url));

describeBackends(
  'a captured step with large weights',
  () => {
    // What is computed otherwise where TensorFlow's own products run. It asks for the variable when
    // it is loaded.
    it.each(['0', '1'])('is the eager one to the last bit, with TF_ENABLE_ONEDNN_OPTS=%s', (setting) => {
      const env = { ...process.env, TF_ENABLE_ONEDNN_OPTS: setting };
      expect(execFileSync(process.execPath, [PROGRAM], { env, encoding: 'utf8' })).toBe('equal\n');
    });
  },
  { backends: ['tensorflow'] },
);
