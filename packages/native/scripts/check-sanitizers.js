// Runs the kernels under the sanitizers of g++:
// `node scripts/check-sanitizers.js [address] [thread] [--short]` after a build, by default both,
// on Linux. Ends with 1 on any report.
//
// Both run the calls that the kernels' tests make by expectSameBits, on several threads and every
// instruction set of this processor; besides, address: AddressSanitizer and
// UndefinedBehaviorSanitizer, the tests that draw numbers, shapes and indices, and those of plans
// and memory; thread: ThreadSanitizer, worker threads that compute at the same time.
//
// With --short, as in continuous integration: the fastest instruction set alone, without the
// largest calls, and a tenth of the draws of the two tests that draw anything at all.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeRoot } from '@trainkit/native/build';
import { cacheName, recordBuild } from '../dist/build/cached-addon.js';
import { compileAddon } from '../dist/build/compile.js';
import { findCompiler } from '../dist/build/compiler.js';
import { ADDON } from '../dist/build/prebuilt.js';
import { sourcesDigest } from '../dist/build/sources.js';
import { ownTargets, targetsOf } from '../dist/build/targets.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const DIGESTS = join(PACKAGE, 'fixtures/digests.js');
const WORKERS = join(PACKAGE, 'fixtures/workers.js');

const VITEST = join(PACKAGE, 'node_modules/vitest/vitest.mjs');

const isShort = process.argv.includes('--short');

/** Tests that draw what kernels get. */
const DRAWN = [
  ...(isShort ? ['refusals', 'special-numbers'] : ['refusals', 'special-numbers', 'gather', 'movement']).map(
    (name) => `src/kernels/${name}.test.ts`,
  ),
  ...['plan', 'plan-memory', 'memory-pool'].map((name) => `src/backend/${name}.test.ts`),
];

/**
 * Under a sanitizer a call of more elements takes seconds; its blocks are those of smaller ones.
 */
const MOST_ELEMENTS = isShort ? 150_000 : 400_000;

/** The share of their draws that tests make. */
const DRAWS = isShort ? 0.1 : 1;

const SANITIZERS = {
  address: {
    // What the rest would find is found by AddressSanitizer, and each costs the compiler a third.
    flags: [
      '-fsanitize=address,undefined',
      '-fno-sanitize=null,alignment,object-size,pointer-overflow',
      '-fno-sanitize-recover=all',
    ],
    library: 'libasan.so',
    env: {
      // Node frees little of what it holds when it ends.
      ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=99',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
    check: checkAddresses,
  },
  thread: {
    flags: ['-fsanitize=thread'],
    library: 'libtsan.so',
    // Node's own code is not compiled for the sanitizer, which would not see how its threads wait
    // for each other.
    env: {
      TSAN_OPTIONS: 'ignore_noninstrumented_modules=1:exitcode=99:halt_on_error=0:report_signal_unsafe=0',
    },
    check: checkThreads,
  },
};

const asked = process.argv.slice(2).filter((argument) => argument !== '--short');
const names = asked.length > 0 ? asked : Object.keys(SANITIZERS);
const targets = isShort ? ownTargets() : targetsOf(process.arch);
// The tests look for the addon of all instruction sets.
process.env['TRAINKIT_TARGETS'] = 'all';
const cache = nativeRoot();
const compiler = await findCompiler();
/** The result of {@link calls}, once it is known. */
let callsAsJson;
let failed = 0;
for (const name of names) {
  const sanitizer = SANITIZERS[name];
  if (sanitizer === undefined) {
    throw new Error(`received the sanitizer ${name}; expected ${Object.keys(SANITIZERS).join(' or ')}`);
  }
  const folder = mkdtempSync(join(tmpdir(), `trainkit-${name}-`));
  try {
    const started = Date.now();
    const addon = await compile(folder, sanitizer.flags);
    const compiled = Date.now();
    const reports = sanitizer.check(sanitizer, folder, addon);
    const seconds = [compiled - started, Date.now() - compiled].map((ms) => Math.round(ms / 1000));
    for (const report of reports) console.log(report);
    failed += reports.length;
    console.log(`${name}: ${reports.length} reports, ${seconds[0]} s to compile, ${seconds[1]} s to run`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;

/** Puts an addon with a sanitizer where the tests look for the addon, and returns its path. */
async function compile(folder, flags) {
  const home = join(folder, cacheName(sourcesDigest()));
  const scratch = join(folder, 'scratch');
  mkdirSync(home);
  mkdirSync(scratch);
  await compileAddon(join(home, ADDON), {
    compiler,
    scratch,
    targets,
    root: cache,
    flags: ['-O1', '-g1', '-fno-omit-frame-pointer', ...flags],
  });
  recordBuild(home, compiler.version);
  rmSync(scratch, { recursive: true });
  return join(home, ADDON);
}

function checkAddresses(sanitizer, folder, addon) {
  return [
    ...runUnder(sanitizer, folder, [DIGESTS, addon, '2'], calls()),
    ...runUnder(sanitizer, folder, [VITEST, 'run', ...DRAWN, '--pool=forks', '--reporter=dot']),
  ];
}

function checkThreads(sanitizer, folder, addon) {
  return [
    ...runUnder(sanitizer, folder, [DIGESTS, addon, '3'], calls()),
    ...runUnder(sanitizer, folder, [WORKERS, addon]),
  ];
}

/** The calls that the tests make by expectSameBits, as JSON. */
function calls() {
  callsAsJson ??= JSON.stringify(callsOfTests());
  return callsAsJson;
}

function callsOfTests() {
  const folder = mkdtempSync(join(tmpdir(), 'trainkit-calls-'));
  try {
    const file = join(folder, 'calls');
    execFileSync(process.execPath, [VITEST, 'run', 'src/kernels', '-t', 'same bits'], {
      cwd: PACKAGE,
      env: { ...process.env, TRAINKIT_KERNEL_CALLS: file },
      stdio: 'ignore',
    });
    const lengthOf = (array) => (typeof array === 'number' ? array : (array?.length ?? 0));
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ arrays }) => arrays.every((array) => lengthOf(array) <= MOST_ELEMENTS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Node with a sanitizer, and returns what that reports: nothing where all is well. */
function runUnder({ library, env }, folder, args, input) {
  const preload = execFileSync(compiler.compiler, [`-print-file-name=${library}`], {
    encoding: 'utf8',
  }).trim();
  const log = join(folder, 'report');
  const variables = Object.fromEntries(
    Object.entries(env).map(([name, options]) => [name, `${options}:log_path=${log}`]),
  );
  // Without random addresses: the sanitizers want theirs where newer kernels may put others.
  const { status, signal, stdout, stderr } = spawnSync('setarch', ['-R', process.execPath, ...args], {
    cwd: PACKAGE,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: {
      ...{ ...process.env, ...variables, LD_PRELOAD: preload },
      ...{ TRAINKIT_NATIVE_DIR: folder, TRAINKIT_DRAWS: `${DRAWS}` },
    },
  });
  const reports = readdirSync(folder)
    .filter((name) => name.startsWith('report'))
    .map((name) => {
      const report = readFileSync(join(folder, name), 'utf8');
      rmSync(join(folder, name));
      return report;
    });
  if (status === 0 || reports.length > 0) return reports;
  return [`node ended with ${signal ?? status}:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`];
}
