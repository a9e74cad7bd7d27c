import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import envPaths from 'env-paths';

const run = promisify(execFile);

/** The TensorBoard that the tests run. */
const VERSION = '2.21.0';

/**
 * A Python that has TensorBoard: `$TRAINKIT_TENSORBOARD_PYTHON`, else one in a virtual environment in the user's cache
 * folder, which is made at the first call, with pip. Throws where that cannot be.
 */
export async function tensorboardPython(): Promise<string> {
  const own = process.env['TRAINKIT_TENSORBOARD_PYTHON'];
  if (own) {
    await run(own, ['-c', 'import tensorboard']);
    return own;
  }
  const cache = envPaths('trainkit', { suffix: '' }).cache;
  const home = join(cache, `tensorboard-${VERSION}`);
  if (!existsSync(home)) await install(cache, home);
  return program(home);
}

/** Made beside its place and moved there, so that what is there is whole; whoever comes second throws his own away. */
async function install(cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(`${home}-`);
  try {
    const python = process.platform === 'win32' ? 'python' : 'python3';
    await run(python, ['-m', 'venv', staging]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(program(staging), [...pip, `tensorboard==${VERSION}`]);
    await rename(staging, home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function program(home: string): string {
  return process.platform === 'win32' ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');
}
