import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** The end of a program that was interrupted by signals. */
interface Interrupted {
  /** Its exit code and the signal that ended it. */
  end: unknown[];
  /** Number of signals it received. */
  sent: number;
}

/**
 * Runs a Node program and, after its first output, sends it a signal that it ignores, thousands of
 * times a second.
 */
export async function underSignals(program: string, variables: NodeJS.ProcessEnv = {}): Promise<Interrupted> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...variables },
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  let sent = 0;
  while (child.exitCode === null && child.signalCode === null) {
    for (let i = 0; i < 20; i++) if (child.kill('SIGWINCH')) sent++;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { end: await closed, sent };
}

/** Returns true for an x86 processor on which Linux reports AVX-512. */
export function hasAvx512(): boolean {
  const path = '/proc/cpuinfo';
  return existsSync(path) && /^flags.* avx512f\b/m.test(readFileSync(path, 'utf8'));
}
