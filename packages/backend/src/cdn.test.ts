import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { type CdnOptions, cdnUrls, downloadFromCdn } from './cdn.js';
import { pinOf } from './pins.js';
import type { InstallProgress } from './progress.js';

// The archives of these tests have no published digests.
vi.mock(import('./pins.js'), { spy: true });
beforeEach(() => {
  vi.mocked(pinOf).mockReset().mockReturnValue(null);
});

/** The options for a mirror on this machine and for an addon without a known digest. */
const ALLOWED = { allowUnpinned: true, allowHttp: true };

async function download(options: CdnOptions = ALLOWED): Promise<string> {
  const [out, scratch] = [await temporaryFolder(), await temporaryFolder()];
  await downloadFromCdn({ out, scratch }, options);
  return out;
}

async function tarball(files: string[]): Promise<Buffer> {
  const folder = await temporaryFolder();
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  const target = join(folder, 'x.tar.gz');
  await create({ gzip: true, cwd: folder, file: target }, files);
  return readFileSync(target);
}

/** A server in place of tfjs-node's, with these archives by the end of their path. */
async function mirror(
  archives: Record<string, Buffer>,
  answer?: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    if (answer !== undefined) return answer(request, response);
    const body = Object.entries(archives).find(([end]) => request.url?.endsWith(end))?.[1];
    response.statusCode = body ? 200 : 404;
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('TFJS_NODE_CDN_STORAGE', url);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  return url;
}

const ADDON = 'CPU-linux-4.22.0.tar.gz';
const LIBRARY = 'libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';

describe('downloadFromCdn', () => {
  it("writes addon and library to the paths of tfjs-node's own install", async () => {
    await mirror({
      [ADDON]: await tarball(['napi-v8/tfjs_binding.node']),
      [LIBRARY]: await tarball([
        './lib/libtensorflow.so.2.9.1',
        './include/tensorflow/c/c_api.h',
        './LICENSE',
      ]),
    });
    const progress: InstallProgress[] = [];
    const out = await download({ ...ALLOWED, onProgress: (news) => progress.push(news) });
    expect(await readdir(join(out, 'lib', 'napi-v8'))).toEqual(['tfjs_binding.node']);
    expect(await readdir(join(out, 'deps'))).toEqual(['lib']);
    expect(await readdir(join(out, 'deps', 'lib'))).toEqual(['libtensorflow.so.2.9.1']);
    expect(progress.at(-1)!.done).toBe(progress.at(-1)!.total);
  });

  it('says which address failed and how', async () => {
    const url = await mirror({});
    await expect(download()).rejects.toThrow(
      `${url}/tf-builds/pre-built-binary/napi-v8/4.22.0/${ADDON}: HTTP 404`,
    );
    vi.stubEnv('TFJS_NODE_CDN_STORAGE', 'http://127.0.0.1:1');
    await expect(download()).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/.*: fetch failed \(.+\)$/);
  });

  it('refuses an archive that is cut short', async () => {
    const whole = await tarball(['napi-v8/tfjs_binding.node']);
    await mirror({ [ADDON]: whole.subarray(0, whole.length - 40), [LIBRARY]: Buffer.alloc(0) });
    await expect(download()).rejects.toThrow(ADDON);
  });

  it('accepts no file whose digest is unknown or different, and unpacks none of it', async () => {
    let asked = 0;
    const files = { [ADDON]: await tarball(['a/b.node']), [LIBRARY]: await tarball(['lib/c.so']) };
    const url = await mirror({}, (request, response) => {
      asked++;
      response.end(Object.entries(files).find(([end]) => request.url?.endsWith(end))?.[1]);
    });
    await expect(download({ allowHttp: true })).rejects.toThrow(
      `${url}/tf-builds/pre-built-binary/napi-v8/4.22.0/${ADDON}: no SHA-256 of this file is known, so it could be anybody's. Where you trust the server, take it by --allow-unpinned (allowUnpinned: true)`,
    );
    expect(asked).toBe(0);
    const digest = '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173';
    vi.mocked(pinOf).mockImplementation((name) => (name.startsWith('lib') ? `sha256:${digest}` : null));
    const [out, scratch] = [await temporaryFolder(), await temporaryFolder()];
    await expect(downloadFromCdn({ out, scratch }, ALLOWED)).rejects.toThrow(
      new RegExp(`${LIBRARY} is not the published file: its SHA256 is [0-9a-f]{64}; expected ${digest}\\.`),
    );
    expect(await readdir(out)).toEqual([]);
  });

  it('has the digest of the library that tfjs-node downloads', async () => {
    const { pinOf: published } = await vi.importActual<typeof import('./pins.js')>('./pins.js');
    expect(published('libtensorflow 2.9.1 (linux x64)')).toBe(
      'sha256:7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
    );
  });

  it('downloads over http only if it is allowed, redirects included', async () => {
    let asked = 0;
    const url = await mirror({}, (_, response) => {
      asked++;
      response.writeHead(302, { location: 'ftp://elsewhere/file' }).end();
    });
    await expect(download({ allowUnpinned: true })).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/.*: http is not protected from changes on the way; expected https\. Where you trust the network, take it by --allow-http/,
    );
    expect(asked).toBe(0);
    await expect(download()).rejects.toThrow(`${url}/`);
    await expect(download()).rejects.toThrow('ftp://elsewhere/file: ftp is not protected');
    expect(asked).toBe(2);
  });

  it('abandons a server that is too slow, and one that redirects in circles', async () => {
    await mirror({}, (_, response) => {
      const drops = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drops));
    });
    await expect(download({ ...ALLOWED, stallMs: 200 })).rejects.toThrow(/only \d+ bytes came in 0\.2 s/);
    await mirror({}, (_, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(download()).rejects.toThrow('it leads on more than 5 times');
  });

  it('stops when it is aborted', async () => {
    await mirror({});
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(download({ ...ALLOWED, signal })).rejects.toThrow('enough');
  });
});

describe('cdnUrls', () => {
  it("applies tfjs-node's own variables", () => {
    expect(cdnUrls({}).library).toMatch(
      /^https:\/\/[^/]+\/tensorflow\/libtensorflow\/libtensorflow-cpu-linux-x86_64-2\.9\.1\.tar\.gz$/,
    );
    const storage = cdnUrls({ npm_config_TFJS_NODE_CDN_STORAGE: 'https://mirror.test/tf' });
    expect(storage.addon).toBe(`https://mirror.test/tf/tf-builds/pre-built-binary/napi-v8/4.22.0/${ADDON}`);
    const base = cdnUrls({ TFJS_NODE_BASE_URI: 'https://other.test/lib-' });
    expect(base.library).toBe('https://other.test/lib-cpu-linux-x86_64-2.9.1.tar.gz');
  });
});
