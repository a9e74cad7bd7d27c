/**
 * An engine wakes workers up, and nothing more: the run of a worker, and its outcome, is
 * decided by the journal.
 *
 * So an engine may lose its orders, start too many workers or start one twice: a sweep is finished
 * later, never wrong.
 */
export interface Engine {
  /**
   * Wakes workers up for the sweep in a folder, as many as the engine has; called again, it wakes
   * those that are missing.
   */
  wake(folder: string): void | Promise<void>;
  /**
   * Resolves once no worker of this engine runs any more; rejects where one ended with an error.
   */
  settled(): Promise<void>;
  /** Asks the workers to give their runs back, and resolves once they have ended. */
  stop(): Promise<void>;
}
