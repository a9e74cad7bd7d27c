/**
 * The blobs of one run, by name: the interface between a {@link BrowserStore} and a browser's
 * storage.
 */
export interface Blobs {
  /** Returns a blob, or null if none has the name. */
  read(name: string): Promise<Uint8Array | null>;
  /** Returns true where {@link read} would find a blob, without reading it. */
  has(name: string): Promise<boolean>;
  /** Writes a blob atomically; the old one is renamed to `keep`, unless that is null. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>, keep: string | null): Promise<void>;
  /**
   * Truncates a blob to its first `at` bytes and appends `bytes`, or leaves it unchanged if that
   * fails.
   */
  append(name: string, bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void>;
  /** Removes the remains of interrupted writes. */
  sweep(): Promise<void>;
  /** Removes all blobs of the run. */
  remove(): Promise<void>;
}

/** Throws if bytes are to be written beyond a blob's end, since the bytes in between were lost. */
export function checkOffset(at: number, size: number): void {
  if (at > size) throw new Error(`it has ${size} bytes and lacks those up to ${at}`);
}
