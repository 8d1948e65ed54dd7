import path from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { findBrowser, gpuFlags } from './scripts/browser.mjs';
import type { Task } from './src/tasks/task.ts';
import { tasks } from './src/tasks/tasks.ts';

const repository = import.meta.dirname;
const minute = 60_000;

/** The page loads nothing but its own files, and no string ever becomes code. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What the page lists of the tasks, without what generates them: `virtual:catalogue`, made when the page is built. */
const catalogue: Plugin = {
  name: 'catalogue',
  resolveId: (id) => (id === 'virtual:catalogue' ? id : undefined),
  load: (id) => (id === 'virtual:catalogue' ? `export const catalogue = ${JSON.stringify(tasks.map(entryOf))};` : undefined),
};

function entryOf({ name, description, kind, model, train, steps }: Task) {
  return { name, description, kind, model, train, steps };
}

/** Only in the built page: Vite's development server needs inline styles and a socket. */
const securityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy }, injectTo: 'head-prepend' },
  ],
};

/** WGSL does not need its indentation, which templates would send to every visitor. */
const flatShaders: Plugin = {
  name: 'flat-shaders',
  apply: 'build',
  enforce: 'pre',
  transform: (code, id) => (id.startsWith(path.join(repository, 'shaders')) ? { code: code.replace(/\n +/g, '\n'), map: null } : undefined),
};

/** Tests in Chromium on a WebGPU adapter. */
const gpuProject = (name: string, include: string[], timeout: number) => ({
  root: repository,
  // Found late, these would reload the page in the middle of a test.
  optimizeDeps: { include: ['wgsl-preprocessor/wgsl-preprocessor.js', '@huggingface/tokenizers', 'fast-check'] },
  test: {
    name,
    include,
    setupFiles: ['src/testing/no-self-test.ts'],
    testTimeout: timeout,
    hookTimeout: timeout,
    // One adapter: files that run side by side would only wait for each other.
    fileParallelism: false,
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: findBrowser(), args: gpuFlags() } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
});

export default defineConfig({
  root: path.join(repository, 'demo'),
  // Relative, so that the page works below any path of any static host.
  base: './',
  plugins: [catalogue, securityPolicy, flatShaders],
  server: { port: 5173 },
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  worker: {
    format: 'es',
    plugins: () => [flatShaders],
    // the worker plans with every kernel: in one file they compress better than in two dozen that the self-test shares
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'kernels', test: /\/shaders\// }] } } },
  },
  test: {
    root: repository,
    projects: [
      {
        root: repository,
        plugins: [catalogue],
        test: {
          name: 'node',
          include: [
            'src/**/*.test.ts',
            'shaders/**/*.test.ts',
            'demo/**/*.test.ts',
            'bench/{src,host,portable}/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.gpu.test.ts', '**/*.gpu-long.test.ts', '**/*.long.test.ts'],
          // a hung test ends; a loaded machine may take its time
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
          // the command line's tests wait for processes most of the time
          maxWorkers: 2,
          // files of one worker share what they import: loading it took longer than half of the tests
          isolate: false,
        },
      },
      gpuProject('gpu', ['src/**/*.gpu.test.ts', 'shaders/**/*.gpu.test.ts'], 3 * minute),
      gpuProject('gpu-long', ['src/**/*.gpu-long.test.ts'], 20 * minute),
      {
        root: repository,
        test: {
          name: 'long',
          include: ['**/*.long.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**'],
          testTimeout: 20 * minute,
          hookTimeout: 20 * minute,
          fileParallelism: false,
        },
      },
    ],
  },
});
