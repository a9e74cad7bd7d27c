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

/** The environment of a run. Another machine must have the same for the same bytes. */
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
  /** The processor's architecture, such as `x64`. */
  arch: z.string(),
  /** The instruction sets of the processor, such as `avx2`; runs of earlier releases lack them. */
  cpuFlags: z.record(z.string(), z.literal(true)).optional(),
  /**
   * The environment variables that change rounding, if they were set; runs of earlier releases lack
   * them.
   */
  variables: z.record(z.string(), z.string()).optional(),
  /** The commit of the checkout, with `-dirty` if files differ from it; null outside git. */
  gitCommit: z.string().nullable(),
});
/** See {@link environmentSchema}. */
export type Environment = z.infer<typeof environmentSchema>;

/** One process that trained a part of a run, or all of it. */
const sessionSchema = environmentSchema.extend({
  /** The step after which it started: 0, or that of the resumed checkpoint. */
  from: z.int(),
  /** The value of `--data`, for resuming; null if it was not given. */
  data: z.string().nullable(),
});
/** See {@link sessionSchema}. */
export type Session = z.infer<typeof sessionSchema>;

/** `environment.json`. */
export const sessionsSchema = z.object({ sessions: z.array(sessionSchema) });

/**
 * Returns the changes between two processes that could change the last bits of a run, each as a
 * phrase.
 */
export function changesBetween(before: Environment, now: Environment): string[] {
  // Runs of earlier releases lack some records.
  const known = (environment: Environment) => ({
    ...comparedPart(environment),
    ...(before.cpuFlags === undefined ? {} : { cpuFlags: environment.cpuFlags }),
    ...(before.variables === undefined ? {} : { variables: environment.variables }),
  });
  return environmentChanges(known(before), known(now));
}

/** Returns the part of an environment that could change the last bits. */
function comparedPart({ backend, trainkit, cpu, arch, node }: Environment): object {
  const { name, versions, threads, simd } = backend;
  // Node's engine computes the schedules and the whole cpu backend.
  return { backend: name, versions, threads, simd, trainkit, cpu: cpu.model, arch, node };
}

/** Returns the environment of this process. */
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

/**
 * Returns the version that all packages share. This application is not published and has no
 * version.
 */
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
    // Without git or outside a checkout, the run works without a commit.
    return null;
  }
}
