import { createHash } from 'node:crypto';
import { errorMessage } from '@trainkit/checks';
import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
import { z } from 'zod';
import { runDifference } from '../config/diff.js';
import type { RunConfig } from '../config/schema.js';
import { testSchema } from '../figures/metrics.js';
import type { Tensors, TrainingPlace, TrainingState } from '../training/training-state.js';

/** What says in a file's metadata that it is a checkpoint of ours. */
const FORMAT = 'trainkit-checkpoint';
/** Raised where an older program could not read what is written, or a newer one reads something else into it. */
const VERSION = 1;

/** The parts of a checkpoint's tensors, and what their names begin with. */
const PREFIXES = { model: 'model.', optimizerTensors: 'optimizer.', bestModel: 'best.' } as const;

const count = z.int().nonnegative();
const generatorSchema = z.strictObject({
  words: z.array(count),
  offset: count,
  nextNormal: z.number().nullable(),
});
const loaderSchema = z.strictObject({
  epoch: count,
  next: count,
  started: z.boolean(),
  samplerSeed: z.string().nullable(),
  batchSize: count,
  length: count,
});
const groupSchema = z
  .object({ params: z.array(z.string()), learningRate: z.number().nullable() })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())]));
const placeSchema = z.strictObject({
  step: count,
  evaluated: z.boolean(),
  generator: generatorSchema,
  loader: loaderSchema,
  optimizer: z.strictObject({
    iterations: count,
    numbers: z.record(z.string(), z.record(z.string(), z.number())),
    paramGroups: z.array(groupSchema),
  }),
  best: z.strictObject({ best: testSchema.nullable(), worse: count }),
});

/** Why a file cannot be gone on from, in a sentence without its name. */
export class UnusableCheckpoint extends Error {
  override readonly name = 'UnusableCheckpoint';
}

/** A checkpoint as the bytes of a safetensors file, which Python's `safetensors` opens. */
export function encodeCheckpoint(state: TrainingState, config: RunConfig): Uint8Array {
  const { model, optimizerTensors, bestModel, ...place } = state;
  const tensors = {
    ...prefixed(PREFIXES.model, model),
    ...prefixed(PREFIXES.optimizerTensors, optimizerTensors),
    ...prefixed(PREFIXES.bestModel, bestModel ?? {}),
  };
  const metadata = {
    format: FORMAT,
    version: String(VERSION),
    config: JSON.stringify(config),
    state: JSON.stringify(place),
  };
  return encodeSafetensors(tensors, { metadata: { ...metadata, sha256: digest(tensors, metadata) } });
}

/**
 * What {@link encodeCheckpoint} wrote.
 *
 * @param config what the run is now; it may have more steps than the checkpoint's, and differ in nothing else
 * @throws UnusableCheckpoint for what is truncated, altered, of a newer version or of another run
 */
export function decodeCheckpoint(bytes: Uint8Array, config: RunConfig): TrainingState {
  const { tensors, metadata } = open(bytes);
  const { format, version, sha256, config: configText = '', state: stateText = '' } = metadata;
  if (format !== FORMAT) throw new UnusableCheckpoint('it is a safetensors file, but no checkpoint of a run');
  if (Number(version) > VERSION) {
    throw new UnusableCheckpoint(
      `its format is version ${version}, and this program reads up to ${VERSION}: it was written by a newer one`,
    );
  }
  const known = { format, version: version ?? '', config: configText, state: stateText };
  if (sha256 !== digest(tensors, known)) {
    throw new UnusableCheckpoint(
      'it was altered: its contents do not have the digest that was written with them',
    );
  }
  const difference = runDifference(JSON.parse(configText), config);
  if (difference) {
    const { field, before, now } = difference;
    throw new UnusableCheckpoint(
      `it belongs to another config: its ${field} is ${JSON.stringify(before)}, the run's is ${JSON.stringify(now)}`,
    );
  }
  return { ...placeOf(stateText), ...partsOf(tensors) };
}

function open(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    throw new UnusableCheckpoint(`it is truncated or damaged (${errorMessage(error).replace(/\.$/, '')})`, {
      cause: error,
    });
  }
}

function placeOf(text: string): TrainingPlace {
  const parsed = placeSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.');
  throw new UnusableCheckpoint(`its state is not what this program writes (${where})`);
}

function partsOf(tensors: Tensors): Pick<TrainingState, keyof typeof PREFIXES> {
  const part = (prefix: string): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
      ),
    );
  const best = part(PREFIXES.bestModel);
  return {
    model: part(PREFIXES.model),
    optimizerTensors: part(PREFIXES.optimizerTensors),
    bestModel: Object.keys(best).length > 0 ? best : null,
  };
}

function prefixed(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}

/** SHA-256 over all that a checkpoint holds, in an order of its own: safetensors has no checksum. */
function digest(tensors: Tensors, metadata: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const key of Object.keys(metadata).sort()) hash.update(`${key}\0${metadata[key]}\0`);
  for (const name of Object.keys(tensors).sort()) {
    const tensor = tensors[name];
    if (tensor === undefined) continue;
    hash.update(`${name}\0${tensor.dtype}\0${tensor.shape.join(',')}\0`);
    hash.update(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
  }
  return hash.digest('hex');
}
