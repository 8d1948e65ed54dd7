import { defineConfig } from '@playwright/test';
import { findBrowser, gpuFlags } from '../scripts/browser.mjs';

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  forbidOnly: true,
  // One adapter: tests that run side by side would only wait for each other.
  workers: 1,
  // a hung test ends; a loaded machine may take its time
  timeout: 300_000,
  expect: { timeout: 120_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: findBrowser(), args: gpuFlags() },
  },
});
