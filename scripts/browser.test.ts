import { describe, expect, it } from 'vitest';
import { ensureBrowser, findBrowser, gpuFlags, type Host } from './browser.mjs';

const playwright = '/cache/chromium-1/chrome';

/** A machine that has the given files; `install` says what the n-th command that is run puts there. */
function machine(files: readonly string[], options: Partial<Host> & { install?: readonly (string | undefined)[] } = {}) {
  const present = new Set(files);
  const commands: string[] = [];
  const host: Host = {
    env: { PATH: '/usr/local/bin:/usr/bin' },
    platform: 'linux',
    root: false,
    isExecutable: (file) => present.has(file),
    playwrightPath: () => playwright,
    starts: () => true,
    run: async (command, parameters) => {
      const added = options.install?.[commands.length];
      commands.push([command, ...parameters].join(' '));
      if (added) present.add(added);
      return added !== undefined;
    },
    ...options,
  };
  return { host, commands };
}

describe('findBrowser', () => {
  it('prefers CHROME_PATH, then the one of Playwright, then the one of the system', () => {
    const files = ['/my/chrome', playwright, '/usr/bin/chromium', '/usr/bin/google-chrome'];
    expect(findBrowser(machine(files, { env: { CHROME_PATH: '/my/chrome', PATH: '/usr/bin' } }).host)).toBe('/my/chrome');
    expect(findBrowser(machine(files).host)).toBe(playwright);
    expect(findBrowser(machine(files.slice(2)).host)).toBe('/usr/bin/chromium');
    expect(findBrowser(machine(files.slice(3)).host)).toBe('/usr/bin/google-chrome');
    expect(findBrowser(machine([]).host)).toBeUndefined();
  });

  it('says so when CHROME_PATH names nothing', () => {
    const { host } = machine([], { env: { CHROME_PATH: '/no/chrome' } });
    expect(() => findBrowser(host)).toThrow('CHROME_PATH must name an executable Chromium or Chrome, got /no/chrome');
  });

  it('passes over a download of Playwright whose libraries are missing', () => {
    const { host } = machine([playwright, '/usr/bin/chromium'], { starts: (file) => file !== playwright });
    expect(findBrowser(host)).toBe('/usr/bin/chromium');
  });

  it('looks where macOS keeps its applications', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findBrowser(machine([chrome], { platform: 'darwin' }).host)).toBe(chrome);
  });

  it('does without Playwright', () => {
    expect(findBrowser(machine(['/usr/bin/chromium'], { playwrightPath: () => undefined }).host)).toBe('/usr/bin/chromium');
  });
});

describe('ensureBrowser', () => {
  it('installs nothing when a browser is there', async () => {
    const { host, commands } = machine(['/usr/bin/chromium']);
    expect(await ensureBrowser(host)).toBe('/usr/bin/chromium');
    expect(commands).toEqual([]);
  });

  it('asks Playwright first', async () => {
    const { host, commands } = machine([], { install: [playwright] });
    expect(await ensureBrowser(host)).toBe(playwright);
    expect(commands).toHaveLength(1);
    expect(commands[0]).toContain('install chromium');
  });

  it('takes the package of the system as root when the download fails', async () => {
    const { host, commands } = machine([], { root: true, install: [undefined, '/usr/bin/chromium'] });
    expect(await ensureBrowser(host)).toBe('/usr/bin/chromium');
    expect(commands[1]).toBe('sh -c apt-get update && apt-get install -y --no-install-recommends chromium');
  });

  it('takes the package of the system when the download does not start', async () => {
    const { host } = machine([], { root: true, starts: () => false, install: [playwright, '/usr/bin/chromium'] });
    expect(await ensureBrowser(host)).toBe('/usr/bin/chromium');
  });

  it('names the command when it is not root', async () => {
    const { host, commands } = machine([]);
    await expect(ensureBrowser(host)).rejects.toThrow(/^No Chromium .*sudo sh -c 'apt-get update && apt-get install -y .*chromium'$/);
    expect(commands).toHaveLength(1);
  });

  it('says so when even the package does not help', async () => {
    await expect(ensureBrowser(machine([], { root: true }).host)).rejects.toThrow('set CHROME_PATH');
  });
});

describe('gpuFlags', () => {
  it('drops the sandbox for root only', () => {
    expect(gpuFlags({ root: true })).toContain('--no-sandbox');
    expect(gpuFlags({ root: false })).not.toContain('--no-sandbox');
  });

  it('asks for the software adapter unless told otherwise', () => {
    expect(gpuFlags()).toContain('--use-webgpu-adapter=swiftshader');
    expect(gpuFlags({ software: false })).not.toContain('--use-webgpu-adapter=swiftshader');
    expect(gpuFlags({ software: false })).toContain('--enable-unsafe-webgpu');
  });
});
