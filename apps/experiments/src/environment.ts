import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import { version_layers } from '@tensorflow/tfjs-layers';
import type { BackendReport } from '@trainkit/backend';
import { z } from 'zod';

/** Where a run was made: what another machine would have to have for the same bytes. */
export interface Environment {
  backend: BackendReport;
  /** The version of the packages of this repository. */
  trainkit: string;
  /** The version of tfjs-core. */
  tensorflowJs: string;
  tfjsLayers: string;
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
    trainkit: trainkitVersion(),
    tensorflowJs: version_core,
    tfjsLayers: version_layers,
    node: process.version,
    cpu: { model: processors[0]?.model ?? 'unknown', cores: processors.length },
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    gitCommit: gitCommit(),
  };
}

/** The version that all packages share; this application, which is not published, has none of its own. */
export function trainkitVersion(): string {
  const path = new URL(import.meta.resolve('@trainkit/nn/package.json'));
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
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
