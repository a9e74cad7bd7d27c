import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A program that prints its arguments and counts signals; a signal ends it with code 7. */
const CLI = `
console.log(JSON.stringify({ argv: process.argv.slice(1), cwd: process.cwd() }));
let signals = 0;
const stop = () => { signals++; setTimeout(() => { console.log('signals', signals); process.exit(7); }, 300); };
if (process.argv.includes('--wait')) {
  process.on('SIGINT', stop).on('SIGTERM', stop);
  console.log('ready');
  setTimeout(() => {}, 60_000);
} else {
  process.exitCode = Number(process.argv[2] ?? 0);
}
`;

describe('the launcher', () => {
  let root: string;
  let app: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
    app = join(root, 'apps/experiments');
    await mkdir(join(app, 'dist'), { recursive: true });
    await mkdir(join(root, 'tooling/tasks/src'), { recursive: true });
    await copyFile(fileURLToPath(new URL('../launch.js', import.meta.url)), join(app, 'launch.js'));
    await writeFile(join(app, 'package.json'), '{ "type": "module" }');
    await writeFile(join(app, 'dist/cli.js'), CLI);
    await builder(`require('node:fs').writeFileSync('built', process.argv.slice(2).join(' '));`);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const builder = (source: string) => writeFile(join(root, 'tooling/tasks/src/turbo.js'), source);

  function launch(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [join(app, 'launch.js'), ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, result: collect(child) };
  }

  test('reports a folder of the caller that no longer exists', async () => {
    const { code, stdout, stderr } = await launch([], { INIT_CWD: join(root, 'gone') }).result;
    expect(stderr).toMatch(
      /^error: The current folder cannot be entered: .*gone'\. Start in another folder\.\n$/,
    );
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test('builds, then runs the application with the same flags in the folder of the caller', async () => {
    const { result } = launch(['1', '--seed', '3 4', ''], { INIT_CWD: tmpdir() });
    const { code, stdout, stderr } = await result;
    expect(JSON.parse(stdout)).toEqual({
      argv: [join(app, 'dist/cli.js'), '1', '--seed', '3 4', ''],
      cwd: await realpath(tmpdir()),
    });
    expect(await readFile(join(root, 'built'), 'utf8')).toContain('build --filter=@trainkit/experiments...');
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test.each([0, 3])('passes the exit code %i on', async (wanted) => {
    expect((await launch([String(wanted)]).result).code).toBe(wanted);
  });

  test('says that it builds if the build takes long', async () => {
    await builder('setTimeout(() => {}, 2500);');
    const { stderr, code } = await launch(['0']).result;
    expect(stderr).toBe('Building what has changed…\n');
    expect(code).toBe(0);
  });

  test('shows the output of a failed build, and does not run an old build', async () => {
    await builder(`console.log('cannot find name'); process.exitCode = 2;`);
    const { stdout, stderr, code } = await launch(['0']).result;
    expect(stdout).toBe('');
    expect(stderr).toContain('cannot find name');
    expect(stderr).toContain('The build failed. Fix the errors above, or run: pnpm install');
    expect(code).toBe(2);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'counts one press of %s that arrives twice once',
    async (signal) => {
      const { child, result } = launch(['--wait']);
      await printed(child, 'ready');
      child.kill(signal);
      setTimeout(() => child.kill(signal), 50);
      const { stdout, code } = await result;
      expect(stdout).toContain('signals 1');
      expect(code).toBe(7);
    },
  );

  test('two presses count twice', async () => {
    await writeFile(join(app, 'dist/cli.js'), CLI.replace('300', '3000'));
    const { child, result } = launch(['--wait']);
    await printed(child, 'ready');
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGINT'), 1000);
    expect((await result).stdout).toContain('signals 2');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during the build ends it with code %i', async (signal, wanted) => {
    await builder(`require('node:fs').writeFileSync('started', ''); setTimeout(() => {}, 60_000);`);
    const { child, result } = launch(['0']);
    await printed(child, 'Building');
    child.kill(signal);
    const { stdout, code } = await result;
    expect(stdout).toBe('');
    expect(code).toBe(wanted);
  });
});

async function collect(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (chunk: Buffer) => {
      if (chunk.toString().includes(text)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  });
}
