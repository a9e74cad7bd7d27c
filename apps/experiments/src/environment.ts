import { execFileSync } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import type { BackendReport } from '@trainkit/backend';

/** Where a run was made: what another machine would have to have for the same bytes. */
export interface Environment {
  backend: BackendReport;
  tensorflowJs: string;
  node: string;
  cpu: { model: string; cores: number };
  memoryGiB: number;
  system: string;
  /** The commit of the checkout, with `-dirty` where files differ from it; null outside git. */
  gitCommit: string | null;
}

export function describeEnvironment(backend: BackendReport): Environment {
  const processors = cpus();
  return {
    backend,
    tensorflowJs: version_core,
    node: process.version,
    cpu: { model: processors[0]?.model ?? 'unknown', cores: processors.length },
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    gitCommit: gitCommit(),
  };
}

function gitCommit(): string | null {
  try {
    const cwd = new URL('.', import.meta.url);
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const commit = git('rev-parse', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') ? `${commit}-dirty` : commit;
  } catch {
    // No git, or no checkout: the run is as good without.
    return null;
  }
}
