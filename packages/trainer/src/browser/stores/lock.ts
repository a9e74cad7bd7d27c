/** Milliseconds that a reload waits for the tab or worker before it, which is still ending. */
const WAIT = 3_000;

/** Milliseconds in which whoever has a run answers, where there are no Web Locks: a step may take as long. */
const ANSWER = 1_000;

/** The questions and answers of tabs without Web Locks. */
interface ClaimMessage {
  kind: 'ask' | 'held';
  token: string;
}

/**
 * Takes the lock of that name, which one tab or worker of the origin has at a time; the browser gives it back when the
 * tab or worker ends, however it ends.
 *
 * By Web Locks; on an origin that is not secure, which has none, by messages between the tabs.
 *
 * @returns the function that gives the lock back, or null where another one has it
 */
export function takeLock(name: string): Promise<(() => void) | null> {
  // Typed as always there, and missing on origins that are not secure.
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

/** Of two that ask at once, the one with the smaller token gets the lock. */
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
