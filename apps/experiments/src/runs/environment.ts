import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import { version_layers } from '@tensorflow/tfjs-layers';
import type { BackendReport } from '@trainkit/backend';
import { environmentChanges } from '@trainkit/trainer';
import { numericEnvironment } from '@trainkit/trainer/node';
import { z } from 'zod';

const backendSchema = z.object({
  name: z.enum(['native', 'tensorflow', 'wasm', 'cpu']),
  reason: z.string(),
  versions: z.record(z.string(), z.string().optional()),
  threads: z.int(),
  simd: z.boolean().optional(),
});

/** Where a run was made: what another machine would have to have for the same bytes. */
const environmentSchema = z.object({
  backend: backendSchema,
  /** The version of the packages of this repository. */
  trainkit: z.string(),
  /** The version of tfjs-core. */
  tensorflowJs: z.string(),
  tfjsLayers: z.string(),
  node: z.string(),
  cpu: z.object({ model: z.string(), cores: z.int() }),
  memoryGiB: z.number(),
  system: z.string(),
  /** The processor's kind, as `x64`. */
  arch: z.string(),
  /** The instruction sets of the processor, as `avx2`; runs of earlier releases lack them. */
  cpuFlags: z.record(z.string(), z.literal(true)).optional(),
  /** The environment variables that change rounding, as far as they were set; runs of earlier releases lack them. */
  variables: z.record(z.string(), z.string()).optional(),
  /** The commit of the checkout, with `-dirty` where files differ from it; null outside git. */
  gitCommit: z.string().nullable(),
});
type Environment = z.infer<typeof environmentSchema>;

/** One process that made a part of a run, or all of it. */
const sessionSchema = environmentSchema.extend({
  /** The step that it began after: 0, or that of the checkpoint which it went on from. */
  from: z.int(),
  /** What `--data` was, for who resumes; null where it was not given. */
  data: z.string().nullable(),
});
/** See {@link sessionSchema}. */
export type Session = z.infer<typeof sessionSchema>;

/** `environment.json`. */
export const sessionsSchema = z.object({ sessions: z.array(sessionSchema) });

/** The changes between two processes that could make the last bits of a run other ones, each as a phrase. */
export function changesBetween(before: Environment, now: Environment): string[] {
  // Runs of earlier releases lack what they did not record.
  const known = (environment: Environment) => ({
    ...comparedPart(environment),
    ...(before.cpuFlags === undefined ? {} : { cpuFlags: environment.cpuFlags }),
    ...(before.variables === undefined ? {} : { variables: environment.variables }),
  });
  return environmentChanges(known(before), known(now));
}

/** The part of an environment that could change the last bits. */
function comparedPart({ backend, trainkit, cpu, arch, node }: Environment): object {
  const { name, versions, threads, simd } = backend;
  // Node's engine computes the schedules, and all of the cpu backend.
  return { backend: name, versions, threads, simd, trainkit, cpu: cpu.model, arch, node };
}

export function describeEnvironment(backend: BackendReport): Environment {
  const processors = cpus();
  const { cpuFlags, variables } = numericEnvironment();
  return {
    backend,
    trainkit: trainkitVersion(),
    tensorflowJs: version_core,
    tfjsLayers: version_layers,
    node: process.version,
    cpu: { model: processors[0]?.model ?? 'unknown', cores: processors.length },
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    arch: process.arch,
    cpuFlags,
    variables,
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
