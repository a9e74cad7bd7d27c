import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadPyTorchStateDict, type Module } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { decodeSafetensors } from '@trainkit/safetensors';
import type { Command } from 'commander';
import { breathe } from '../breathe.js';
import { commandLine } from '../command-line.js';
import { findFolder } from '../find-folder.js';
import { type EquipmentFlags, withEquipmentFlags, withSeed } from '../flags.js';
import { createNetwork } from '../network.js';
import { MAKE_ANEW } from '../run-files.js';
import type { RunFolder } from '../run-folder.js';
import { evaluate } from '../training/evaluate.js';
import { messageOf, UserError } from '../user-error.js';
import { percent } from '../words.js';
import { printed } from './printed.js';
import { equipFor } from './resume.js';

interface EvaluateFlags extends EquipmentFlags {
  seed: bigint;
  weights?: string;
}

/** `experiments evaluate <run>`. */
export function addEvaluate(program: Command): void {
  withEquipmentFlags(withSeed(program.command('evaluate')))
    .description('loss and accuracy of a finished run on the test set, or of weights that PyTorch trained')
    .argument('<run>', 'the folder of the run, or its name with --out and --seed')
    .option('--weights <file>', "a state dict of the same network in safetensors, in PyTorch's layout")
    .action(async (target: string, flags: EvaluateFlags) => {
      const folder = findFolder(target, { out: resolve(flags.out ?? '.'), seed: flags.seed });
      const weights = flags.weights ?? modelOf(folder);
      await printed(async (signal) => {
        const { data } = await equipFor(folder, flags, signal);
        const generator = new Generator(0);
        const model = createNetwork(folder.config, { generator });
        try {
          loadWeights(model, weights);
          const { loss, accuracy } = await evaluate(model, {
            data: data.test,
            generator,
            breathe: () => breathe(signal, 'in the evaluation'),
          });
          return `${weights}\ntest loss ${loss.toFixed(4)}  test accuracy ${percent(accuracy, 2)}`;
        } finally {
          model.dispose();
        }
      });
    });
}

/** The trained model of a finished run: of one that goes on with more steps there is an older one. */
function modelOf(folder: RunFolder): string {
  const { path, modelPath, bestPath } = folder;
  const finished = folder.finished() !== null;
  if (finished && existsSync(modelPath)) return modelPath;
  const evaluateBest = existsSync(bestPath)
    ? `look at the best so far: ${commandLine('evaluate', path, '--weights', bestPath)}`
    : null;
  if (finished && !folder.canRemakeModel()) {
    throw new UserError(
      `The run in ${path} lost its model, and the checkpoint that it could be made of. ` +
        (evaluateBest === null
          ? `Give other weights with --weights. ${MAKE_ANEW}`
          : `You can ${evaluateBest}`),
    );
  }
  throw new UserError(
    `The run in ${path} ${finished ? 'lost its model' : 'is not finished, so it has no model yet'}. Go on with: ` +
      `${commandLine('resume', path)}${evaluateBest === null ? '' : `, or ${evaluateBest}`}`,
  );
}

/** Gives a model the weights of a file. */
function loadWeights(model: Module, path: string): void {
  try {
    loadPyTorchStateDict(model, decodeSafetensors(readFileSync(path)).tensors);
  } catch (cause) {
    // Without the advice to a program, to leave out what does not match: half a network has no accuracy.
    const why = messageOf(cause).replace(/\nPass \{ strict: false \}.*$/s, '');
    throw new UserError(`The weights ${path} cannot be used: ${why}`, { cause });
  }
}
