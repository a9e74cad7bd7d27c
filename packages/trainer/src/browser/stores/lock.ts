/**
 * The time in milliseconds that a reload waits for the previous tab or worker, which is still
 * ending.
 */
const WAIT = 3_000;

/**
 * The time in milliseconds in which the holder answers without Web Locks; a step may take as long.
 */
const ANSWER = 1_000;

/** The questions and answers of tabs without Web Locks. */
interface ClaimMessage {
  kind: 'ask' | 'held';
  token: string;
}

/**
 * Takes the lock of that name, which one tab or worker of the origin holds at a time. The browser
 * releases it when the tab or worker ends for any reason.
 *
 * It uses Web Locks, or messages between the tabs on an insecure origin, which has no Web Locks.
 *
 * @returns the function that releases the lock, or null if another tab or worker holds it
 */
export function takeLock(name: string): Promise<(() => void) | null> {
  // TypeScript declares it as always present; it is missing on insecure origins.
  const locks: LockManager | undefined = navigator.locks;
  return locks === undefined ? claim(name) : request(locks, name);
}

function request(locks: LockManager, name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(WAIT);
    locks
      .request(name, { signal }, () => new Promise<void>((release) => resolve(release)))
      .catch((error: unknown) => {
        if (signal.aborted) resolve(null);
        else reject(error);
      });
  });
}

/** If two tabs ask at the same time, the one with the smaller token gets the lock. */
function claim(name: string): Promise<(() => void) | null> {
  const channel = new BroadcastChannel(name);
  const token = `${Math.random()}`;
  let held = false;
  return new Promise((resolve) => {
    const end = (release: (() => void) | null) => {
      clearTimeout(timer);
      if (release === null) channel.close();
      resolve(release);
    };
    channel.onmessage = ({ data }: MessageEvent<ClaimMessage>) => {
      if (data.kind === 'ask' && (held || token < data.token)) {
        channel.postMessage({ kind: 'held', token: data.token } satisfies ClaimMessage);
      } else if (!held && (data.kind === 'ask' || data.token === token)) end(null);
    };
    const timer = setTimeout(() => {
      held = true;
      end(() => channel.close());
    }, ANSWER);
    channel.postMessage({ kind: 'ask', token } satisfies ClaimMessage);
  });
}
