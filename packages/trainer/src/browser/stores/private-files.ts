import { type Blobs, checkOffset } from './blobs.js';

/** A file handle with atomic renaming, a non-standard method of browsers. */
interface MovableFile extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

const TEMPORARY = '.tmp';

/**
 * The blobs of a run as files of the origin private file system.
 *
 * A writable stream writes to a copy, and its `close()` replaces the file atomically, so a page
 * that is closed before has changed nothing. A file that was created and not closed yet is empty,
 * and counts as missing.
 */
export class PrivateFiles implements Blobs {
  readonly #root: FileSystemDirectoryHandle;
  readonly #path: readonly string[];

  /** @param path the folders from the root to the run's own */
  constructor(root: FileSystemDirectoryHandle, path: readonly string[]) {
    this.#root = root;
    this.#path = path;
  }

  async read(name: string): Promise<Uint8Array | null> {
    const file = await this.#fileOf(name);
    return file && new Uint8Array(await file.arrayBuffer());
  }

  async has(name: string): Promise<boolean> {
    return (await this.#fileOf(name)) !== null;
  }

  async write(name: string, bytes: Uint8Array<ArrayBuffer>, keep: string | null): Promise<void> {
    const { folder, file } = await this.#make(name);
    const old = keep === null ? null : await existing(folder.getFileHandle(file));
    if (old === null || keep === null) {
      await writeFile(await folder.getFileHandle(file, { create: true }), bytes);
      return;
    }
    const kept = keep.split('/').at(-1) ?? keep;
    if (!isMovable(old)) {
      await writeFile(await folder.getFileHandle(kept, { create: true }), await old.getFile());
      await writeFile(old, bytes);
      return;
    }
    const next = await folder.getFileHandle(`${file}${TEMPORARY}`, { create: true });
    await writeFile(next, bytes);
    // The new one is complete: from here on one of the names always has a good file. Not every
    // browser can rename a file over another one.
    await existing(folder.removeEntry(kept));
    await old.move(kept);
    if (isMovable(next)) await next.move(file);
  }

  async append(name: string, bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void> {
    const { folder, file } = await this.#make(name);
    const handle = await folder.getFileHandle(file, { create: true });
    checkOffset(at, (await handle.getFile()).size);
    const stream = await handle.createWritable({ keepExistingData: true });
    await stream.truncate(at);
    await stream.write({ type: 'write', position: at, data: bytes });
    await stream.close();
  }

  async sweep(): Promise<void> {
    const { folder } = await this.#find('checkpoints/', false);
    if (folder === null) return;
    const names: string[] = [];
    for await (const name of folder.keys()) if (name.endsWith(TEMPORARY)) names.push(name);
    for (const name of names) await existing(folder.removeEntry(name));
  }

  async remove(): Promise<void> {
    const last = this.#path.at(-1);
    const parent = await open(this.#root, this.#path.slice(0, -1), false);
    const folder = parent && last !== undefined && (await existing(parent.getDirectoryHandle(last)));
    if (!parent || !folder) return;
    if (await removeFiles(folder)) await existing(parent.removeEntry(folder.name));
  }

  /** Returns null if there is no file, or an empty one. */
  async #fileOf(name: string): Promise<File | null> {
    const { folder, file } = await this.#find(name, false);
    const handle = folder && (await existing(folder.getFileHandle(file)));
    const found = handle && (await handle.getFile());
    return found === null || found.size === 0 ? null : found;
  }

  async #make(name: string): Promise<{ folder: FileSystemDirectoryHandle; file: string }> {
    const { folder, file } = await this.#find(name, true);
    if (folder === null) throw new Error(`the folder of ${name} could not be made`);
    return { folder, file };
  }

  async #find(name: string, create: boolean) {
    const parts = name.split('/');
    const file = parts.pop() ?? name;
    return { folder: await open(this.#root, [...this.#path, ...parts], create), file };
  }
}

/** Removes all files of a run; the runs below it stay. Returns true if the folder is empty then. */
async function removeFiles(folder: FileSystemDirectoryHandle): Promise<boolean> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  let isEmpty = true;
  for (const name of names) {
    const below = await folder.getDirectoryHandle(name).catch(() => null);
    const isRun = below !== null && (await existing(below.getFileHandle('config.json'))) !== null;
    if (isRun || (below !== null && !(await removeFiles(below)))) isEmpty = false;
    else await existing(folder.removeEntry(name));
  }
  return isEmpty;
}

async function writeFile(handle: FileSystemFileHandle, data: Uint8Array<ArrayBuffer> | Blob): Promise<void> {
  const stream = await handle.createWritable();
  await stream.write(data);
  await stream.close();
}

async function open(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
  create: boolean,
): Promise<FileSystemDirectoryHandle | null> {
  let folder = root;
  for (const part of path) {
    const next = await existing(folder.getDirectoryHandle(part, { create }));
    if (next === null) return null;
    folder = next;
  }
  return folder;
}

/** Returns the entry, or null if none has the name; any other failure is an error. */
async function existing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

function isMovable(handle: FileSystemFileHandle): handle is MovableFile {
  return 'move' in handle && typeof handle.move === 'function';
}
