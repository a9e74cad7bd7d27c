import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { sweepTemporary, writeWhole } from '@trainkit/checks/files';
import { encodeSafetensors } from '@trainkit/safetensors';
import type { RunConfig } from '../config/schema.js';
import type { TestMetrics } from '../figures/metrics.js';
import { MAKE_ANEW } from '../runs/files.js';
import { movedFolder } from '../runs/moved-folder.js';
import { UserError } from '../terminal/user-error.js';
import type { Tensors, TrainingState } from '../training/training-state.js';
import { decodeCheckpoint, encodeCheckpoint, UnusableCheckpoint } from './format.js';

/** The model at the best evaluation so far. */
export const BEST_FILE = 'best.safetensors';

/** The newest checkpoint. */
export const LAST_FILE = 'last.safetensors';

/** How far the writing of a checkpoint is. */
export type CheckpointStage = 'half-written' | 'written' | 'moved' | 'renamed';

/** A checkpoint that can be gone on from. */
export interface LoadedCheckpoint {
  state: TrainingState;
  path: string;
  /** What kept newer ones from being used, each a sentence. */
  problems: string[];
}

/**
 * The checkpoints of one run: `last.safetensors` and the one before it, `previous.safetensors`.
 *
 * A new one is whole on the disk before anything is renamed, so that whenever the process is killed one of the two is
 * good. What cannot be read is set aside as `….unusable`, never written over a good one.
 */
export class CheckpointStore {
  readonly #folder: string;
  readonly #config: RunConfig;

  constructor(folder: string, config: RunConfig) {
    this.#folder = folder;
    this.#config = config;
  }

  /** Where the newest is. */
  get lastPath(): string {
    return join(this.#folder, LAST_FILE);
  }

  get #previousPath(): string {
    return join(this.#folder, 'previous.safetensors');
  }

  /**
   * Writes a checkpoint; returns where it is when it is on the disk.
   *
   * @param onStage hears each stage as it is passed
   */
  save(state: TrainingState, onStage: (stage: CheckpointStage) => void = () => undefined): string {
    const bytes = encodeCheckpoint(state, this.#config);
    try {
      this.#makeFolder();
      writeWhole(this.lastPath, bytes, {
        durable: true,
        atHalf: () => onStage('half-written'),
        beforeRename: () => {
          onStage('written');
          if (existsSync(this.lastPath)) renameSync(this.lastPath, this.#previousPath);
          onStage('moved');
        },
      });
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(
        `The checkpoint ${this.lastPath} could not be written: ${errorMessage(cause)}. Free some space or choose another --out; ` +
          'the run goes on from the checkpoint before it.',
        { cause },
      );
    }
    onStage('renamed');
    return this.lastPath;
  }

  /** Writes the model as it was at the best evaluation, in PyTorch's layout; returns where it is. */
  saveBest(model: Tensors, test: TestMetrics): string {
    const path = join(this.#folder, BEST_FILE);
    const metadata = Object.fromEntries(Object.entries(test).map(([key, value]) => [key, String(value)]));
    try {
      this.#makeFolder();
      writeWhole(path, encodeSafetensors(model, { metadata }), { durable: true });
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(`The best weights ${path} could not be written: ${errorMessage(cause)}.`, {
        cause,
      });
    }
    return path;
  }

  /**
   * The newest checkpoint that is good, or null where none was ever written.
   *
   * @throws UserError where there are some and none is good, with what is wrong with each
   */
  load(): LoadedCheckpoint | null {
    if (existsSync(this.#folder) && !statSync(this.#folder).isDirectory())
      throw new UserError(`${this.#folder} is a file, where the run keeps its checkpoints. Move it away.`);
    // What a killed process left half-written.
    sweepTemporary(this.#folder, { accepts: (name) => name.endsWith('.safetensors') });
    const problems: { path: string; problem: string }[] = [];
    for (const path of [this.lastPath, this.#previousPath]) {
      if (!existsSync(path)) continue;
      const read = this.#read(path);
      if ('problem' in read) {
        problems.push({ path, ...read });
        continue;
      }
      for (const each of problems) setAside(each.path);
      return { state: read.state, path, problems: problems.map(({ problem }) => problem) };
    }
    if (problems.length === 0) return null;
    throw new UserError(`${problems.map(({ problem }) => problem).join(' ')} ${MAKE_ANEW}`);
  }

  #read(path: string): { state: TrainingState } | { problem: string } {
    try {
      return { state: decodeCheckpoint(readFileSync(path), this.#config) };
    } catch (error) {
      const why =
        error instanceof UnusableCheckpoint ? error.message : `it cannot be read: ${errorMessage(error)}`;
      return { problem: `The checkpoint ${path} cannot be used: ${why}.` };
    }
  }

  /** Not those above it: where the run's own folder is gone, its checkpoints would be all of a run that is left. */
  #makeFolder(): void {
    if (!existsSync(dirname(this.#folder))) {
      throw movedFolder(dirname(this.#folder));
    }
    if (!existsSync(this.#folder)) mkdirSync(this.#folder);
  }
}

/** Kept for who wants to look at it, and out of the way of the next one. */
function setAside(path: string): void {
  try {
    renameSync(path, `${path}.unusable`);
  } catch (cause) {
    throw new UserError(
      `The damaged checkpoint ${path} cannot be set aside: ${errorMessage(cause)}. Remove it, and the run goes on from the one before it.`,
      { cause },
    );
  }
}
