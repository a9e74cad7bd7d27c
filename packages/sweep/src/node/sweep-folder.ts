import { join, relative, resolve } from 'node:path';
import {
  checkNumber,
  checkOptions,
  errorReason,
  isPlain,
  type OptionNames,
  parseJson,
  printable,
  show,
} from '@trainkit/checks';
import { makeFolder, readIfPresent, readRegularFile } from '@trainkit/checks/files';
import { defineSweep } from '../definition/define-sweep.js';
import type { Sweep, SweepDefinition } from '../definition/sweep.js';
import { Journal } from '../journal/journal.js';
import { SweepView } from '../journal/sweep-view.js';
import { jsonKey } from '../space/json.js';
import { createFile, FolderStore } from './folder-store.js';
import { digest, runIdentity } from './run-identity.js';

/** Options of {@link submitSweep}. */
export interface SubmitOptions {
  /** The folder from which the target's path counts. Default the working folder. */
  from?: string | undefined;
  /**
   * A name for the version of what the target imports, such as a commit: a part of each run's
   * identity. Default none.
   */
  code?: string | undefined;
  /**
   * Seconds between two heartbeats of a worker; one that gave none for four to eight of them counts
   * as dead. Default 15.
   */
  beatSeconds?: number | undefined;
}

const SUBMIT: OptionNames<SubmitOptions> = { from: true, code: true, beatSeconds: true };

/** The version of the form of `sweep.json`. */
const FORMAT = 1;

/** The content of `sweep.json`. */
interface SweepFile {
  format: typeof FORMAT;
  sweep: Sweep;
  /** The path of the target from the folder. */
  target: string;
  /** The name of the version that was given. */
  version: string;
  /** The hash of the target and that name. */
  code: string;
  beatSeconds: number;
}

/**
 * A sweep in its folder, which all of its machines see: the definition, the journal and the folders
 * of the runs.
 */
export class SweepFolder {
  /** The folder. */
  readonly path: string;
  /** The sweep. */
  readonly sweep: Sweep;
  /** The absolute path of the target. */
  readonly target: string;
  /** The version of the code: a hash. */
  readonly code: string;
  /** Seconds between two heartbeats of a worker. */
  readonly beatSeconds: number;
  readonly #version: string;

  /** Use {@link submitSweep} or {@link openSweep}. */
  constructor(path: string, file: SweepFile) {
    this.path = path;
    this.sweep = file.sweep;
    this.target = resolve(path, file.target);
    this.code = file.code;
    this.beatSeconds = file.beatSeconds;
    this.#version = file.version;
  }

  /** The folder of a run, where its program keeps its checkpoints. */
  runFolder(run: string): string {
    return join(this.path, 'runs', run);
  }

  /** The journal, to read or to append to. */
  journal(): Journal {
    const identify = (config: Parameters<typeof runIdentity>[0], seed: number) =>
      runIdentity(config, seed, this.code);
    return new Journal(new FolderStore(this.path), () => new SweepView(this.sweep, identify));
  }

  /** Reads the journal and returns its view. */
  read(): SweepView {
    const journal = this.journal();
    journal.sync();
    return journal.view;
  }

  /**
   * Throws where the target is another than when the sweep was submitted: its runs would be of two
   * versions.
   *
   * @throws Error
   */
  checkCode(): void {
    const now = codeOf(this.target, this.#version);
    if (now === this.code) return;
    throw new Error(
      `The target ${printable(this.target)} has changed since the sweep was submitted: its version is ${now.slice(0, 8)}, ` +
        `and the sweep's ${this.code.slice(0, 8)}. Restore it, or submit the sweep to another folder.`,
    );
  }
}

/**
 * Puts a sweep into a folder; workers begin with it once they are woken. A sweep that is submitted
 * again goes on.
 *
 * @throws Error where the folder has another sweep, or the target is missing
 */
export function submitSweep(
  folder: string,
  definition: SweepDefinition,
  options: SubmitOptions = {},
): SweepFolder {
  const { from = '.', code: version = '', beatSeconds = 15 } = checkOptions('submitSweep', options, SUBMIT);
  checkNumber('submitSweep', 'beatSeconds', beatSeconds, { above: 0 });
  const sweep = defineSweep(definition, 'submitSweep');
  const path = resolve(folder);
  const absolute = resolve(from, sweep.target);
  makeFolder(path);
  const target = relative(path, absolute);
  const file: SweepFile = {
    format: FORMAT,
    sweep,
    target,
    version,
    code: codeOf(absolute, version),
    beatSeconds,
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  if (!createFile(path, fileOf(path), text)) checkSame(path, file);
  return openSweep(path);
}

/**
 * Opens the folder of a sweep that was submitted.
 *
 * @throws Error where the folder has none, or one of another version of this package
 */
export function openSweep(folder: string): SweepFolder {
  const path = resolve(folder);
  return new SweepFolder(path, readSweep(path));
}

function readSweep(path: string): SweepFile {
  const bytes = readIfPresent(fileOf(path));
  if (bytes === null) throw new Error(`${printable(path)} has no sweep. Submit one to this folder first.`);
  let content: unknown;
  try {
    content = parseJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Error(`${printable(fileOf(path))} is no JSON: ${errorReason(cause)}. Restore the file.`, {
      cause,
    });
  }
  if (!isSweepFile(content)) {
    throw new Error(
      `${printable(fileOf(path))} has another form than this version's, ${FORMAT}. Use the version that submitted it.`,
    );
  }
  return { ...content, sweep: defineSweep(content.sweep, fileOf(path)) };
}

function isSweepFile(content: unknown): content is SweepFile {
  if (!isPlain(content)) return false;
  const { format, sweep, target, version, code, beatSeconds }: { [Key in keyof SweepFile]?: unknown } =
    content;
  return (
    format === FORMAT &&
    isPlain(sweep) &&
    [target, version, code].every((each) => typeof each === 'string') &&
    typeof beatSeconds === 'number'
  );
}

function checkSame(path: string, file: SweepFile): void {
  const before: Readonly<Record<string, unknown>> = {
    ...readSweep(path).sweep,
    ...fieldsOf(readSweep(path)),
  };
  const now: Readonly<Record<string, unknown>> = { ...file.sweep, ...fieldsOf(file) };
  const name = Object.keys({ ...before, ...now }).find((key) => textOf(before[key]) !== textOf(now[key]));
  if (name === undefined) return;
  throw new Error(
    `${printable(path)} has another sweep: its ${name} is ${short(before[name])}, not ${short(now[name])}. ` +
      'Submit this one to another folder.',
  );
}

function fieldsOf({ target, version, code, beatSeconds }: SweepFile) {
  return { target, version, beatSeconds, code };
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function short(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? textOf(value) : show(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function fileOf(path: string): string {
  return join(path, 'sweep.json');
}

function codeOf(target: string, version: string): string {
  try {
    return digest(readRegularFile(target), jsonKey(version));
  } catch (cause) {
    throw new Error(
      `The target ${printable(target)} cannot be read: ${errorReason(cause)}. Name a module that exports run(config, context).`,
      { cause },
    );
  }
}
