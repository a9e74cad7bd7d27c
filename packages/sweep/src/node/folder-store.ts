import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorReason, printable } from '@trainkit/checks';
import { makeFolder, temporaryName, writeWhole } from '@trainkit/checks/files';
import type { JournalStore } from '../journal/journal-store.js';

/** Digits of a file's number, so that a listing is in order. */
const DIGITS = 12;

/** The error codes of a file system without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/** The file of the events in a folder that stands for a text where there are no links. */
const INSIDE = 'events.jsonl';

/** Snapshots that stay: a reader may be about to read the last but one. */
const KEPT_SNAPSHOTS = 2;

/**
 * A journal's texts as files of a folder that many machines may share, by NFS too.
 *
 * A text is written to a temporary file and linked to its number: `link` is exclusive on every file
 * system and over NFS, and nobody sees half of a text. Where there are no hard links, the text lies
 * in a folder that is renamed to the number: `rename` of a folder is refused where one with
 * contents is in its place. No lock is taken, so none is left behind.
 *
 *     journal/000000004097.jsonl …     the newest texts
 *     snapshots/000000004096.json      the state after text 4096
 *     history/000000004096.jsonl       the texts up to there, one file for each snapshot
 */
export class FolderStore implements JournalStore {
  readonly #texts: string;
  readonly #snapshots: string;
  readonly #history: string;
  readonly #durable: boolean;

  /** @param durable waits until the disk has what is written */
  constructor(folder: string, durable = true) {
    this.#texts = join(folder, 'journal');
    this.#snapshots = join(folder, 'snapshots');
    this.#history = join(folder, 'history');
    this.#durable = durable;
    for (const each of [this.#texts, this.#snapshots, this.#history]) {
      writing(each, () => makeFolder(each));
    }
  }

  /** The text of a number; null where nobody has created it, or it was removed. */
  read(number: number): string | null {
    const path = join(this.#texts, nameOf(number, 'jsonl'));
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'EISDIR') return readIfThere(join(path, INSIDE));
      if (errorCode(error) === 'ENOENT') return null;
      throw unreadable(path, error);
    }
  }

  /** Creates a number, whole or not at all; returns false where it exists. */
  create(number: number, text: string): boolean {
    const path = join(this.#texts, nameOf(number, 'jsonl'));
    return writing(path, () => createWhole(this.#texts, path, text, this.#durable));
  }

  /** Removes a number. */
  withdraw(number: number): void {
    rmSync(join(this.#texts, nameOf(number, 'jsonl')), { recursive: true, force: true });
  }

  /** The number of the newest snapshot; 0 where there is none. */
  newestSnapshot(): number {
    return Math.max(0, ...this.#snapshotNumbers());
  }

  /** The text of a snapshot; null where it is gone. */
  readSnapshot(number: number): string | null {
    return readIfThere(join(this.#snapshots, nameOf(number, 'json')));
  }

  /**
   * Moves the texts up to a number to the history, and publishes the snapshot of the state after
   * them.
   */
  compact(number: number, snapshot: string): void {
    const before = this.newestSnapshot();
    const texts = numbersIn(this.#texts, 'jsonl')
      .filter((each) => each <= number)
      .sort((a, b) => a - b);
    const past = texts
      .filter((each) => each > before)
      .map((each) => this.read(each)?.replace(/[^\n]*$/, '') ?? '')
      .join('');
    writing(this.#history, () => {
      // All writers make the same bytes of the same texts, so that it does not matter who is last.
      writeWhole(join(this.#history, nameOf(number, 'jsonl')), past, { durable: this.#durable });
      writeWhole(join(this.#snapshots, nameOf(number, 'json')), snapshot, { durable: this.#durable });
    });
    const old = this.#snapshotNumbers().sort((a, b) => b - a);
    for (const each of old.slice(KEPT_SNAPSHOTS)) {
      rmSync(join(this.#snapshots, nameOf(each, 'json')), { force: true });
    }
    for (const each of texts) this.withdraw(each);
  }

  #snapshotNumbers(): number[] {
    return numbersIn(this.#snapshots, 'json');
  }
}

/**
 * Creates a file whole; returns false where it exists.
 *
 * @throws Error that says what to do where the folder cannot be written
 */
export function createFile(folder: string, path: string, text: string): boolean {
  return writing(path, () => createWhole(folder, path, text, true));
}

/** Creates a file or a folder of that name, whole; returns false where it exists. */
function createWhole(folder: string, path: string, text: string, durable: boolean): boolean {
  const temporary = join(folder, temporaryName('text'));
  try {
    write(temporary, text, durable);
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      // A reply that NFS lost comes as EEXIST: the caller then reads its own events, and appends
      // them once more, to no effect.
      if (errorCode(error) === 'EEXIST') return false;
      if (!NO_LINKS.includes(errorCode(error) ?? '')) throw error;
    }
    return renameFolder(folder, path, text, durable);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The same by the rename of a folder, for file systems without hard links. */
export function renameFolder(folder: string, path: string, text: string, durable: boolean): boolean {
  const temporary = join(folder, temporaryName('folder'));
  makeFolder(temporary);
  try {
    write(join(temporary, INSIDE), text, durable);
    renameSync(temporary, path);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function write(path: string, text: string, durable: boolean): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, text);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function nameOf(number: number, extension: string): string {
  return `${String(number).padStart(DIGITS, '0')}.${extension}`;
}

function numbersIn(folder: string, extension: string): number[] {
  const pattern = new RegExp(`^(\\d{${DIGITS}})\\.${extension}$`);
  return readdirSync(folder).flatMap((name) => {
    const [, digits] = pattern.exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): Error {
  return new Error(
    `The journal's file ${printable(path)} cannot be read: ${errorReason(cause)}. Make it readable.`,
    {
      cause,
    },
  );
}

/** The advice for errors of a disk. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, and start the worker again.',
  EDQUOT: 'The quota is used up: free some space, and start the worker again.',
  EROFS: 'The disk is read-only: name a folder that can be written.',
  EACCES: 'The folder may not be written: change its rights, or name another one.',
};

function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    const advice = ADVICE[errorCode(cause) ?? ''] ?? 'Name a folder that can be written.';
    throw new Error(
      `The journal's file ${printable(path)} cannot be written: ${errorReason(cause)}. ${advice}`,
      {
        cause,
      },
    );
  }
}
