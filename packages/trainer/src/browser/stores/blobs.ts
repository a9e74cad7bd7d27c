/** The blobs of one run, by name: what a {@link BrowserStore} needs of a place that browsers keep. */
export interface Blobs {
  /** Returns a blob, or null where none has the name. */
  read(name: string): Promise<Uint8Array | null>;
  /** Returns true where {@link read} would find a blob, without reading it. */
  has(name: string): Promise<boolean>;
  /** Writes a blob, whole or not at all; the old one gets the name `keep`, where that is not null. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>, keep: string | null): Promise<void>;
  /** Cuts a blob to its first `at` bytes and writes `bytes` after these, or leaves it as it is. */
  append(name: string, bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void>;
  /** Removes what an interrupted write left behind. */
  sweep(): Promise<void>;
  /** Removes all blobs of the run. */
  remove(): Promise<void>;
}

/** Throws where bytes are to come after a blob's end: what lies between was lost. */
export function checkOffset(at: number, size: number): void {
  if (at > size) throw new Error(`it has ${size} bytes and lacks those up to ${at}`);
}
