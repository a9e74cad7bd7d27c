import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with all folders above it; one that is there is fine.
 *
 * Not by mkdir's own `recursive`: under /proc, where nothing can be made, that never returns.
 */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  if (existsSync(path) || parent === path) return;
  await makeFolder(parent);
  await mkdir(path).catch((error: unknown) => {
    // Another process may have made it in between.
    if (!existsSync(path)) throw error;
  });
}
