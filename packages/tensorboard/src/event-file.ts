import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { createFile } from './create-file.js';
import { disk, type FileSystem } from './file-system.js';
import { EventSchema, SessionLog_SessionStatus } from './proto/event_pb.js';
import type { Summary_ValueSchema } from './proto/summary_pb.js';
import { RecordFile, type RecordFileOptions } from './record-file.js';

/** The options of an event file. */
export interface EventFileOptions extends RecordFileOptions {
  filenameSuffix: string;
  purgeStep: number | undefined;
}

/** A logged value with its tag. */
export type Value = MessageInitShape<typeof Summary_ValueSchema>;

/** The time and the step of a logged value. */
export interface Moment {
  step: number;
  /** Unix time in seconds. */
  wallTime: number;
}

/** A new event file in a folder; the folder is a run of TensorBoard. */
export class EventFile {
  readonly #records: RecordFile;

  constructor(folder: string, options: EventFileOptions, files: FileSystem = disk) {
    const { filenameSuffix, purgeStep } = options;
    this.#records = new RecordFile(createFile(folder, filenameSuffix, files), options, files);
    const wallTime = Date.now() / 1000;
    this.#append({ wallTime, what: { case: 'fileVersion', value: 'brain.Event:2' } });
    if (purgeStep === undefined) return;
    const value = { status: SessionLog_SessionStatus.START };
    const start = { wallTime, step: BigInt(purgeStep), what: { case: 'sessionLog' as const, value } };
    // Written twice: TensorBoard takes the first START of a run for its beginning, even if points
    // precede it, and drops earlier points only from the second one on. The files of a run that was
    // never resumed hold none.
    this.#append(start);
    this.#append(start);
  }

  /** Appends `values` in one event. */
  add(values: readonly Value[], { step, wallTime }: Moment): void {
    this.#append({ wallTime, step: BigInt(step), what: { case: 'summary', value: { value: [...values] } } });
  }

  /** Resolves when all events are on the disk. */
  flush(): Promise<void> {
    return this.#records.flush();
  }

  /** Flushes and closes the file. */
  close(): Promise<void> {
    return this.#records.close();
  }

  #append(event: MessageInitShape<typeof EventSchema>): void {
    this.#records.append(toBinary(EventSchema, create(EventSchema, event)));
  }
}
