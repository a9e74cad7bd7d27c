import type { CheckpointStore } from '../runs/checkpoint-store.js';
import { Checkpoints } from '../runs/checkpoints.js';
import { RunError } from '../runs/run-error.js';
import type { RunFolder } from '../runs/run-folder.js';
import { freeze } from '../state/freeze.js';
import type { StateFile } from '../state/state-file.js';
import { type Frozen, isFrozenObject } from '../state/tensor-data.js';
import { inMemory, packed, type Saved, unpacked } from './saved.js';
import type { Training } from './training.js';

/** The initial state of a fit, and the destination of its checkpoints. */
export interface FitStart {
  /** The checkpoint of the training's current state; null if a part has no state. */
  saved: Saved | null;
  /** Saves a checkpoint; null if a part has no state. */
  save: ((file: StateFile) => Promise<Saved>) | null;
  /** The loggers' states at the checkpoint, by their names. */
  logs: Readonly<Record<string, Frozen>>;
  /** The path of the folder that loggers write to, or null. */
  path: string | null;
  /** The reasons why newer checkpoints were not used, each a sentence. */
  problems: readonly string[];
}

/**
 * Begins a fit whose checkpoints stay in memory.
 *
 * @param saved the last checkpoint of the trainer
 */
export async function startInMemory<Batch>(
  training: Training<Batch>,
  { saved, steps }: { saved: Saved | null; steps: number },
): Promise<FitStart> {
  await training.leaveResult();
  // A fit that failed may have logged more than its last checkpoint covers.
  if (training.torn || (saved !== null && !isAt(training, saved))) await goBack(training, saved);
  checkSteps(steps, training.step, 'the trainer');
  const logs = await logsAt(training, saved);
  const start = await stateNow(training, logs);
  const save = start === null ? null : async (file: StateFile) => inMemory(file);
  return { saved: start, save, logs, path: null, problems: [] };
}

/**
 * Begins a fit at the last checkpoint of a store, or at the training's current state if there is
 * none.
 *
 * @param folder the run's folder, whose config the checkpoints hold; null for a store alone
 * @param saved the last checkpoint of the trainer
 * @throws RunError if the checkpoint belongs to another training
 */
export async function startFromStore<Batch>(
  training: Training<Batch>,
  {
    store,
    folder,
    saved,
    steps,
  }: { store: CheckpointStore; folder: RunFolder | null; saved: Saved | null; steps: number },
): Promise<FitStart> {
  const checkpoints = new Checkpoints(store);
  const savedAs = (name: string): Saved => ({
    ...positionOf(training),
    // The folder's path is absolute, so it stays valid after `process.chdir`.
    path: `${store.folder ?? store.name}/${name}`,
    file: async () => unpacked(await checkpoints.read(name)).file,
  });
  const config = folder === null ? {} : { config: await freeze('config', folder.config) };
  const save = async ({ states, values }: StateFile): Promise<Saved> =>
    savedAs(await checkpoints.save(packed({ states, values: { ...values, ...config } })));
  const path = store.folder ?? null;

  const last = await checkpoints.load();
  await training.leaveResult();
  if (last === null) {
    if (training.torn) await goBack(training, saved);
    checkSteps(steps, training.step, 'the trainer');
    if (folder !== null && (await folder.result()) !== null) {
      throw new RunError(
        'checkpoint',
        `${store.name} holds a result but no checkpoint that it came from.`,
        'Restore the folder checkpoints, or name another folder.',
      );
    }
    return { saved: inMemory(await training.state()), save, logs: {}, path, problems: [] };
  }
  const { file, extras } = unpacked(last.file);
  folder?.checkSame(extras['config'], `${store.name}/${last.name} was saved by a run`);
  // Checked before loading: a refused checkpoint has changed nothing.
  checkSteps(steps, Number(file.values['step']), `the run in ${store.name}`);
  await training.load(file);
  const { logs } = extras;
  return {
    saved: savedAs(last.name),
    save,
    logs: logs !== undefined && isFrozenObject(logs) ? logs : {},
    path,
    problems: last.problems,
  };
}

function checkSteps(steps: number, done: number, where: string): void {
  if (!(done > steps)) return;
  throw new RangeError(
    `fit: steps is ${steps}, but ${where} has done ${done}; expected at least ${done}. Steps are counted in all, not in addition.`,
  );
}

/** Restores the last checkpoint in memory, after a step that failed half-way. */
async function goBack<Batch>(training: Training<Batch>, saved: Saved | null): Promise<void> {
  if (saved === null) {
    throw new Error(
      'fit: the last step failed half-way, and there is no checkpoint to restore. Load a state with loadStateDict, or make a new Trainer.',
    );
  }
  await training.load(await saved.file());
}

/** The loggers' states, if the training is still at the last checkpoint. */
async function logsAt<Batch>(
  training: Training<Batch>,
  saved: Saved | null,
): Promise<Readonly<Record<string, Frozen>>> {
  if (saved === null || !isAt(training, saved)) return {};
  const { logs } = (await saved.file()).values;
  return logs !== undefined && isFrozenObject(logs) ? logs : {};
}

/**
 * A checkpoint of the current state, in memory; null if the batches have no position, or the
 * optimizer's state is incomplete.
 */
async function stateNow<Batch>(
  training: Training<Batch>,
  logs: Readonly<Record<string, Frozen>>,
): Promise<Saved | null> {
  try {
    const { states, values } = await training.state();
    return inMemory({ states, values: { ...values, logs } });
  } catch {
    // These train as well, but cannot be resumed.
    return null;
  }
}

function isAt<Batch>({ step, validated }: Training<Batch>, saved: Saved): boolean {
  return saved.step === step && saved.validated === validated;
}

function positionOf<Batch>({ step, validated }: Training<Batch>): Pick<Saved, 'step' | 'validated'> {
  return { step, validated };
}
