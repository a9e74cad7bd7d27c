import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkLastBatch } from '../config/last-batch.js';
import type { RunConfig } from '../config/run-config.js';
import { findFolder, runOf } from '../find-folder.js';
import { type EquipmentFlags, wholeNumber, withEquipmentFlags, withSeed } from '../flags.js';
import { NoBackend } from '../native.js';
import { performIn } from '../perform-run.js';
import type { RunFolder } from '../run-folder.js';
import { type Equipment, equip } from '../set-up.js';
import { UserError } from '../user-error.js';
import { describeRuns } from './one.js';
import { printed } from './printed.js';

interface ResumeFlags extends EquipmentFlags {
  seed: bigint;
  steps?: number;
}

/** `experiments resume <run>`. */
export function addResume(program: Command): void {
  withEquipmentFlags(withSeed(program.command('resume')))
    .description('goes on with an interrupted run, to the same bytes as if it had not been interrupted')
    .argument('<run>', 'the folder of the run, or its name with --out and --seed')
    .option(
      '--steps <n>',
      'train to this step instead: more than before',
      wholeNumber('A number of steps', 1),
    )
    .action(async (target: string, flags: ResumeFlags) => {
      const found = findFolder(target, { out: resolve(flags.out ?? '.'), seed: flags.seed });
      const folder = flags.steps === undefined ? found : found.withSteps(flags.steps);
      checkLastBatch(folder.config);
      await printed(async (signal) => {
        const equipment = await equipFor(folder, flags, signal);
        const { seed, maxSteps } = folder.config;
        const options = { ...equipment, seed: BigInt(seed), steps: maxSteps, fresh: false };
        return describeRuns([await performIn(folder, runOf(folder.config), options)]);
      });
    });
}

/**
 * The backend and the data of a run that is there. Another backend than its own is taken where the person says so or
 * where its own cannot be had; other data are an error.
 */
export async function equipFor(
  { path, config, sessions }: RunFolder,
  flags: EquipmentFlags,
  signal: AbortSignal,
): Promise<Equipment> {
  const data =
    flags.data ?? (config.data.name === 'sample' ? 'sample' : (sessions.at(-1)?.data ?? undefined));
  const wanted = { ...flags, ...(data === undefined ? {} : { data }) };
  let equipment: Equipment;
  try {
    equipment = await equip({ ...wanted, backend: flags.backend ?? config.backend }, signal);
  } catch (error) {
    if (flags.backend !== undefined || !(error instanceof NoBackend)) throw error;
    process.stderr.write(`${error.message}\n`);
    equipment = await equip(wanted, signal);
  }
  checkSameData(path, config, equipment.data.identity);
  return equipment;
}

function checkSameData(path: string, config: RunConfig, now: RunConfig['data']): void {
  if (now.sha256 === config.data.sha256) return;
  throw new UserError(
    `The run in ${path} was begun with other data (${config.data.name}, ${config.data.trainImages} train images) than these ` +
      `(${now.name}, ${now.trainImages}). Name the folder of its data with --data.`,
  );
}
