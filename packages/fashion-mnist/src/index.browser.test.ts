import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

const ENTRY = 'virtual:entry';

/**
 * The bundle of `import … from '@trainkit/fashion-mnist'` in a browser, by the package's own
 * exports map.
 */
async function bundle(conditions: string[]): Promise<{ code: string; modules: string[] }> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions },
    build: {
      write: false,
      minify: false,
      rollupOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict',
        external: [/^@tensorflow\//, /^node:/],
      },
    },
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) =>
          id === ENTRY ? fileURLToPath(new URL('../fixtures/entry.js', import.meta.url)) : null,
        load: (id) =>
          id.endsWith('/fixtures/entry.js')
            ? "export { loadFashionMnist } from '@trainkit/fashion-mnist';"
            : null,
      },
    ],
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const chunks = outputs.filter((output) => output.type === 'chunk');
  return {
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  };
}

test('a browser bundle reaches nothing of Node', async () => {
  const { code, modules } = await bundle(['browser', 'module', 'import']);
  expect(modules.some((id) => id.endsWith('load.browser.js'))).toBe(true);
  expect(modules.filter((id) => /env-paths|folder-store|directory|__vite-browser-external/.test(id))).toEqual(
    [],
  );
  // Lists, so that a failure prints the words and not the whole bundle.
  expect(code.match(/(from|import|require)[\s(]*["']node:[^"']+/g) ?? []).toEqual([]);
  expect(code.match(/\bprocess\.\w+/g) ?? []).toEqual([]);
});

test('without the condition the same bundle does: the test above can fail', async () => {
  const { code, modules } = await bundle(['module', 'import']);
  expect(modules.some((id) => id.includes('env-paths'))).toBe(true);
  expect(code.match(/(from|import|require)[\s(]*["']node:[^"']+/g)).toContain('from "node:fs/promises');
  expect(code.match(/\bprocess\.\w+/g)).toContain('process.pid');
});
