import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** How a program ended that signals interrupted. */
interface Interrupted {
  /** Its exit code and the signal that ended it. */
  end: unknown[];
  /** How many signals it got. */
  sent: number;
}

/** Runs a program of Node, and from its first output on sends it a signal that it does nothing about, thousands a second. */
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

/** Returns true for an x86 processor with AVX-512, as far as Linux tells. */
export function hasAvx512(): boolean {
  const path = '/proc/cpuinfo';
  return existsSync(path) && /^flags.* avx512f\b/m.test(readFileSync(path, 'utf8'));
}
