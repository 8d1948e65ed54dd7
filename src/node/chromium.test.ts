import path from 'node:path';
import { expect, test } from 'vitest';
import { type FileHost, findSwiftShader } from './chromium.ts';

/** A machine with these files; a link names another file after an arrow. */
function hostOf(files: readonly string[], env: FileHost['env'] = { PATH: '/usr/local/bin:/usr/bin', HOME: '/home/me' }): FileHost {
  const links = new Map(files.filter((file) => file.includes('->')).map((file) => file.split('->') as [string, string]));
  const all = files.map((file) => file.split('->')[0]);
  return {
    env,
    exists: (file) => all.includes(file),
    real: (file) => links.get(file) ?? file,
    list: (folder) => [
      ...new Set(all.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1).split('/')[0])),
    ],
  };
}

const swiftShaderIn = (folder: string): string[] => [`${folder}/vk_swiftshader_icd.json`, `${folder}/libvulkan.so.1`];

test.each([
  ["Debian's shell wrapper", ['/usr/bin/chromium', ...swiftShaderIn('/usr/lib/chromium')], {}, '/usr/lib/chromium'],
  [
    "Chrome's link",
    ['/usr/bin/google-chrome->/opt/google/chrome/google-chrome', ...swiftShaderIn('/opt/google/chrome')],
    {},
    '/opt/google/chrome',
  ],
  [
    'CHROME_PATH',
    ['/x/chrome', ...swiftShaderIn('/x'), '/usr/bin/chromium', ...swiftShaderIn('/usr/lib/chromium')],
    { CHROME_PATH: '/x/chrome' },
    '/x',
  ],
  [
    'CHROME_PATH without it',
    ['/x/chrome', '/usr/bin/chromium', ...swiftShaderIn('/usr/lib/chromium')],
    { CHROME_PATH: '/x/chrome' },
    '/usr/lib/chromium',
  ],
  [
    "Playwright's cache",
    swiftShaderIn('/home/me/.cache/ms-playwright/chromium-1200/chrome-linux'),
    {},
    '/home/me/.cache/ms-playwright/chromium-1200/chrome-linux',
  ],
  [
    'PLAYWRIGHT_BROWSERS_PATH',
    swiftShaderIn('/p/chromium-1200/chrome-linux64'),
    { PLAYWRIGHT_BROWSERS_PATH: '/p' },
    '/p/chromium-1200/chrome-linux64',
  ],
])('finds it by %s', (_, files, env, folder) => {
  const found = findSwiftShader(hostOf(files, { PATH: '/usr/local/bin:/usr/bin', HOME: '/home/me', ...env }));
  expect(found).toEqual({ folder, manifest: path.join(folder, 'vk_swiftshader_icd.json'), loader: path.join(folder, 'libvulkan.so.1') });
});

test.each([
  ['no browser', ['/usr/bin/vi', ...swiftShaderIn('/usr/lib/chromium')]],
  ['a browser without a Vulkan loader', ['/usr/bin/chromium', '/usr/lib/chromium/vk_swiftshader_icd.json']],
  ["Playwright's headless shell only", swiftShaderIn('/home/me/.cache/ms-playwright/chromium_headless_shell-1200/chrome-linux')],
])('finds none with %s', (_, files) => {
  expect(findSwiftShader(hostOf(files))).toBeUndefined();
});
