import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { cdnUrls, downloadFromCdn } from './cdn.js';
import type { InstallProgress } from './progress.js';

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

/** A server that stands for tfjs-node's, with these archives by the end of their path. */
async function mirror(archives: Record<string, Buffer>): Promise<string> {
  const server = createServer((request, response) => {
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
  it("puts addon and library where tfjs-node's own install would", async () => {
    await mirror({
      [ADDON]: await tarball(['napi-v8/tfjs_binding.node']),
      [LIBRARY]: await tarball([
        './lib/libtensorflow.so.2.9.1',
        './include/tensorflow/c/c_api.h',
        './LICENSE',
      ]),
    });
    const out = await temporaryFolder();
    const progress: InstallProgress[] = [];
    await downloadFromCdn(out, { onProgress: (news) => progress.push(news) });
    expect(await readdir(join(out, 'lib', 'napi-v8'))).toEqual(['tfjs_binding.node']);
    expect(await readdir(join(out, 'deps'))).toEqual(['lib']);
    expect(await readdir(join(out, 'deps', 'lib'))).toEqual(['libtensorflow.so.2.9.1']);
    expect(progress.at(-1)!.done).toBe(progress.at(-1)!.total);
  });

  it('says which address failed and how', async () => {
    const url = await mirror({});
    const out = await temporaryFolder();
    await expect(downloadFromCdn(out)).rejects.toThrow(
      `${url}/tf-builds/pre-built-binary/napi-v8/4.22.0/${ADDON}: HTTP 404`,
    );
    vi.stubEnv('TFJS_NODE_CDN_STORAGE', 'http://127.0.0.1:1');
    await expect(downloadFromCdn(out)).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/.*: fetch failed \(.+\)$/);
  });

  it('refuses an archive that is cut short', async () => {
    const whole = await tarball(['napi-v8/tfjs_binding.node']);
    await mirror({ [ADDON]: whole.subarray(0, whole.length - 40), [LIBRARY]: Buffer.alloc(0) });
    await expect(downloadFromCdn(await temporaryFolder())).rejects.toThrow(ADDON);
  });

  it('stops when it is aborted', async () => {
    await mirror({});
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(downloadFromCdn(await temporaryFolder(), { signal })).rejects.toThrow('enough');
  });
});

describe('cdnUrls', () => {
  it("takes tfjs-node's own variables", () => {
    expect(cdnUrls({}).library).toMatch(
      /^https:\/\/[^/]+\/tensorflow\/libtensorflow\/libtensorflow-cpu-linux-x86_64-2\.9\.1\.tar\.gz$/,
    );
    const storage = cdnUrls({ npm_config_TFJS_NODE_CDN_STORAGE: 'https://mirror.test/tf' });
    expect(storage.addon).toBe(`https://mirror.test/tf/tf-builds/pre-built-binary/napi-v8/4.22.0/${ADDON}`);
    const base = cdnUrls({ TFJS_NODE_BASE_URI: 'https://other.test/lib-' });
    expect(base.library).toBe('https://other.test/lib-cpu-linux-x86_64-2.9.1.tar.gz');
  });
});
