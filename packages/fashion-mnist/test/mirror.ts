import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import { sampleBytes } from './sample-files.js';

/** Answers one request for the file `name` (without `.gz`). */
export type Answer = (name: string, response: ServerResponse, request: IncomingMessage) => void;

/** A server on the loopback interface, closed after the test. */
export interface Mirror {
  /** Its base address. */
  url: string;
  /** The names asked for, in order, without `.gz`. */
  asked: string[];
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Starts a mirror; without `answer` it serves the sample. */
export async function startMirror(answer: Answer = serve): Promise<Mirror> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1).replace(/\.gz$/, '');
    asked.push(name);
    answer(name, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/`, asked };
}

/** Serves the sample's file. */
export function serve(name: string, response: ServerResponse): void {
  const bytes = sampleBytes(name);
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
}
