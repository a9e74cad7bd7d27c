import { createRequire, Module } from 'node:module';

/**
 * Puts `exports` where `require` looks for the CommonJS module of this file name, until the returned function is
 * called: the modules loaded meanwhile keep what they got, nothing else in the program sees it.
 */
export function lend(filename: string, exports: unknown): () => void {
  const { cache } = createRequire(import.meta.url);
  const before = cache[filename];
  const module = new Module(filename);
  module.filename = filename;
  module.loaded = true;
  module.exports = exports;
  cache[filename] = module;
  return () => {
    if (before === undefined) delete cache[filename];
    else cache[filename] = before;
  };
}
