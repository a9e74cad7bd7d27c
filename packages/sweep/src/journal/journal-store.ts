/**
 * The memory that a journal is kept in: numbered texts, each written once and never changed, and
 * snapshots.
 *
 * `create` decides between writers: of several that create one number, one succeeds. Everything
 * else about a sweep that happens on several machines follows from that.
 */
export interface JournalStore {
  /** The text of a number; null where nobody has created it, or it was removed. */
  read(number: number): string | null;
  /** Creates a number, whole or not at all; returns false where it exists. */
  create(number: number, text: string): boolean;
  /** Removes a number that this writer has created after it was compacted. */
  withdraw(number: number): void;
  /** The number of the newest snapshot; 0 where there is none. */
  newestSnapshot(): number;
  /** The text of a snapshot; null where it is gone. */
  readSnapshot(number: number): string | null;
  /**
   * Publishes the snapshot of all texts up to a number, and removes older texts and snapshots that
   * nobody needs.
   */
  compact(number: number, snapshot: string): void;
}
