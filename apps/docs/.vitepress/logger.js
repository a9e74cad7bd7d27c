/**
 * Prints as Vite's own logger does, and makes warnings errors: the build goes on and ends with exit
 * code 1.
 */
export function strictLogger() {
  /** @type {Set<string>} */
  const seen = new Set();
  const failures = new WeakSet();
  const logger = {
    hasWarned: false,
    /** @param {string} message */
    info: (message) => console.log(message),
    /** @param {string} message */
    warn(message) {
      console.warn(`warning: ${message}`);
      process.exitCode = 1;
      logger.hasWarned = true;
    },
    /** @param {string} message */
    warnOnce(message) {
      if (!seen.has(message)) logger.warn(message);
      seen.add(message);
    },
    /**
     * @param {string} message
     * @param {{ error?: Error | null }} [options]
     */
    error(message, { error } = {}) {
      console.error(message);
      process.exitCode = 1;
      if (error) failures.add(error);
    },
    clearScreen() {},
    /** @param {Error} error */
    hasErrorLogged: (error) => failures.has(error),
  };
  return logger;
}
