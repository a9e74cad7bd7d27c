import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disk, type FileSystem } from './file-system.js';
import { RECORD_OVERHEAD, wholeRecords } from './record.js';
import { RecordFile } from './record-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(files: FileSystem, { flushSeconds = 3600, name = 'records' } = {}) {
  const path = join(folder, name);
  const errors: string[] = [];
  const created = { path, descriptor: fs.openSync(path, 'w') };
  const onError = (error: Error) => errors.push(error.message);
  const file = new RecordFile(created, { flushSeconds, onError }, files);
  return { file, errors, data: () => read(path), ...created };
}

function read(path: string): string[] {
  const bytes = readFileSync(path);
  expect(wholeRecords(bytes, bytes.length)).toBe(bytes.length);
  const data = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = bytes.readUInt32LE(offset);
    data.push(bytes.subarray(offset + 12, offset + 12 + length).toString());
    offset += length + RECORD_OVERHEAD;
  }
  return data;
}

const text = (i: number) => Buffer.from(`record ${i}`);
const texts = (count: number) => Array.from({ length: count }, (_, i) => `record ${i}`);

/**
 * A disk with limited room, on which each write is asynchronous and writes at most `most` bytes.
 */
function smallDisk({ room = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY } = {}) {
  const state = { room, writes: 0 };
  const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const allowed = (length: number, position: number) => Math.min(length, most, state.room - position);
  const files: FileSystem = {
    ...disk,
    write(descriptor, bytes, offset, length, position, done) {
      state.writes++;
      const count = allowed(length, position);
      if (count <= 0) setImmediate(() => done(full(), 0));
      else fs.write(descriptor, bytes, offset, count, position, done);
    },
    writeSync: ((descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      const count = allowed(length, position);
      if (count <= 0) throw full();
      return fs.writeSync(descriptor, bytes, offset, count, position);
    }) as FileSystem['writeSync'],
  };
  return { files, state };
}

describe('a file of records', () => {
  it('keeps all records in order, whatever the flushes and the sizes of writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.nat({ max: 100_000 }).map((length) => 'x'.repeat(length)),
            fc.constant('flush'),
          ),
          {
            maxLength: 12,
          },
        ),
        fc.integer({ min: 1000, max: 200_000 }),
        async (commands, most) => {
          const { file, data, errors } = open(smallDisk({ most }).files);
          const flushes = [];
          const written: string[] = [];
          for (const command of commands) {
            if (command === 'flush') {
              flushes.push(file.flush());
            } else {
              file.append(Buffer.from(command));
              written.push(command);
            }
          }
          await file.close();
          await Promise.all(flushes);
          expect(data()).toEqual(written);
          expect(errors).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is on the disk when flush settles', async () => {
    const { file, data } = open(disk);
    file.append(text(0));
    await file.flush();
    expect(data()).toEqual(texts(1));
    await file.close();
  });

  it('is safe from a power failure when flush resolves, which rejects otherwise', async () => {
    const asked: (() => void)[] = [];
    let failure: NodeJS.ErrnoException | null = null;
    const fdatasync = (_descriptor: number, done: (error: NodeJS.ErrnoException | null) => void) => {
      asked.push(() => done(failure));
    };
    const { file, data, errors, path } = open({ ...disk, fdatasync: fdatasync as FileSystem['fdatasync'] });
    const settled: string[] = [];
    const flush = () => {
      const promise = file.flush();
      promise.then(
        () => settled.push('safe'),
        (error: Error) => settled.push(error.message),
      );
      return promise;
    };
    file.append(text(0));
    const first = flush();
    while (asked.length < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(data()).toEqual(texts(1));
    expect(settled).toEqual([]);
    asked[0]?.();
    await first;
    failure = new Error('EIO: i/o error, fdatasync');
    const second = flush();
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    asked[1]?.();
    const message = `Writing ${path} to the disk failed: EIO: i/o error, fdatasync.`;
    await expect(second).rejects.toThrow(new Error(message));
    expect(settled).toEqual(['safe', message]);
    expect(errors).toEqual([message]);
    failure = null;
    const closed = file.close();
    while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
    asked[2]?.();
    await closed;
  });

  it('is on the disk some time after the last append, without flush', async () => {
    const { file, data } = open(disk, { flushSeconds: 0.01 });
    file.append(text(0));
    while (data().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await file.close();
  });

  it('gets to the disk in a loop that never awaits, by writes of another thread alone', () => {
    const { state, files } = smallDisk();
    const { file, data, descriptor } = open({
      ...files,
      writeSync: () => {
        throw new Error('this thread waited for the disk');
      },
    });
    let count = 0;
    while (state.writes < 3) file.append(text(count++));
    while (fs.fstatSync(descriptor).size < 2.5 * 64 * 1024) file.append(text(count++));
    const arrived = data();
    expect(arrived).toEqual(texts(arrived.length));
    return file.close();
  });

  it('has one write on its way at a time', async () => {
    let onItsWay = 0;
    const { file, data } = open({
      ...disk,
      write(descriptor, bytes, offset, length, position, done) {
        expect(++onItsWay).toBe(1);
        setTimeout(() => {
          fs.write(descriptor, bytes, offset, length, position, (error, written) => {
            onItsWay--;
            done(error, written);
          });
        }, 1);
      },
    });
    for (let i = 0; i < 20_000; i++) file.append(text(i));
    await file.close();
    expect(data()).toEqual(texts(20_000));
  });

  it('writes the rest at the end of the process, including a pending batch', async () => {
    const { file, data } = open(disk);
    for (let i = 0; i < 5000; i++) file.append(text(i));
    file.writeRest();
    expect(data()).toEqual(texts(5000));
    // The other thread has meanwhile written the same bytes at the same offset.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(data()).toEqual(texts(5000));
    await file.close();
  });
});

describe('a full disk', () => {
  it('is reported once; the file ends with a whole record, and writing continues when there is room', async () => {
    const { files, state } = smallDisk({ room: 100, most: 70 });
    const { file, data, errors, path } = open(files);
    for (let i = 0; i < 10; i++) file.append(text(i));
    const message = `Writing ${path} failed: ENOSPC: no space left on device, write. The file keeps its events; the rest waits in memory and is tried again every 3600 s. Make room, or close the writer.`;
    await expect(file.flush()).rejects.toThrow(new Error(message));
    expect(data()).toEqual(texts(4)); // of 24 bytes each
    await expect(file.flush()).rejects.toThrow(message);
    expect(data()).toEqual(texts(4));
    expect(errors).toEqual([message]);
    state.room = Number.POSITIVE_INFINITY;
    file.append(text(10));
    await file.flush();
    expect(data()).toEqual(texts(11));
    state.room = 0;
    file.append(text(11));
    await expect(file.flush()).rejects.toThrow(message);
    expect(errors).toEqual([message, message]);
    state.room = Number.POSITIVE_INFINITY;
    await file.close();
    expect(data()).toEqual(texts(12));
  });

  it('is tried again automatically', async () => {
    const { files, state } = smallDisk({ room: 0 });
    const { file, data, errors } = open(files, { flushSeconds: 0.005 });
    file.append(text(0));
    while (state.writes < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(errors).toHaveLength(1);
    state.room = 1000;
    while (data().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await file.close();
    expect(data()).toEqual(texts(1));
  });

  it('loses no written record, and close counts the rest', async () => {
    const { file, data, path } = open(smallDisk({ room: 100 }).files);
    for (let i = 0; i < 10; i++) file.append(text(i));
    const message = `6 events could not be written to ${path}: ENOSPC: no space left on device, write. All others are in the file.`;
    await expect(file.close()).rejects.toThrow(new Error(message));
    await expect(file.close()).rejects.toThrow(message);
    expect(data()).toEqual(texts(4));
  });

  it('is reported at the end of the process too', () => {
    const { file, data, errors, path } = open(smallDisk({ room: 100 }).files);
    for (let i = 0; i < 10; i++) file.append(text(i));
    file.writeRest();
    expect(errors.at(-1)).toBe(
      `6 events could not be written to ${path}: ENOSPC: no space left on device, write. All others are in the file.`,
    );
    expect(data()).toEqual(texts(4));
    return file.close();
  });

  it('does not fill the memory: from 64 MiB on, events are counted and left out', async () => {
    const { files, state } = smallDisk({ room: 0 });
    const { file, data, errors, path } = open(files);
    const megabyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 70; i++) file.append(megabyte);
    expect(errors).toHaveLength(1);
    state.room = Number.POSITIVE_INFINITY;
    await expect(file.close()).rejects.toThrow(
      new Error(`6 events could not be written to ${path}. All others are in the file.`),
    );
    expect(data()).toHaveLength(64);
  });

  it('is reported by the next flush too, once for lost events, and in total by close', async () => {
    const { files, state } = smallDisk({ room: 0 });
    const { file, data, path } = open(files);
    const megabyte = Buffer.alloc(1024 * 1024);
    const lose = async (events: number) => {
      state.room = 0;
      for (let i = 0; i < 64 + events; i++) file.append(megabyte);
      // While they wait, flush reports the error of the disk.
      await expect(file.flush()).rejects.toThrow('ENOSPC');
      state.room = Number.POSITIVE_INFINITY;
    };
    await lose(2);
    const two = `2 events could not be written to ${path}. All others are in the file.`;
    // Two simultaneous callers logged the same events, and both must learn that they are missing.
    const both = await Promise.allSettled([file.flush(), file.flush()]);
    expect(both).toMatchObject([{ reason: { message: two } }, { reason: { message: two } }]);
    expect(data()).toHaveLength(64);
    file.append(text(0));
    await file.flush();
    await lose(3);
    const five = `5 events could not be written to ${path}. All others are in the file.`;
    await expect(file.flush()).rejects.toThrow(new Error(five));
    await expect(file.close()).rejects.toThrow(new Error(five));
    expect(data()).toHaveLength(64 + 1 + 64);
  });

  it('is reported at the end of the process, even if there is room again for the waiting events', () => {
    const { files, state } = smallDisk({ room: 0 });
    const { file, errors, path } = open(files);
    const megabyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 65; i++) file.append(megabyte);
    state.room = Number.POSITIVE_INFINITY;
    file.writeRest();
    expect(errors.at(-1)).toBe(`1 event could not be written to ${path}. All others are in the file.`);
    return expect(file.close()).rejects.toThrow('1 event could not be written');
  });

  it.runIf(fs.existsSync('/dev/full'))('is one for the operating system too', async () => {
    const descriptor = fs.openSync('/dev/full', 'w');
    const errors: Error[] = [];
    const options = { flushSeconds: 3600, onError: (error: Error) => errors.push(error) };
    const file = new RecordFile({ path: '/dev/full', descriptor }, options, disk);
    file.append(text(0));
    await expect(file.flush()).rejects.toThrow(
      'Writing /dev/full failed: ENOSPC: no space left on device, write.',
    );
    expect(errors).toHaveLength(1);
    await expect(file.close()).rejects.toThrow('1 event could not be written to /dev/full: ENOSPC');
  });
});
