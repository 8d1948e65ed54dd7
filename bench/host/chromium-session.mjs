// One page in a fresh headless Chromium: no state, no leak, no shader cache shared with another peer.
import { chromium } from 'playwright-core';
import { ensureBrowser, gpuFlags } from '../../scripts/browser.mjs';
import { serve } from './serve.mjs';

/**
 * Opens a session. `call` runs a global function of the page and resolves to its result.
 *
 * @param {{ threads?: boolean }} options
 * @returns {Promise<{ call(name: string, args: unknown[]): Promise<unknown>, downloadBytes(): number, warnings(): string[], close(): Promise<void> }>}
 */
export async function openChromiumSession({ threads } = {}) {
  const executablePath = await ensureBrowser();
  const server = await serve({ threads });
  const browser = await chromium.launch({ executablePath, args: gpuFlags() });
  const messages = [];
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => messages.push(String(error.message)));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && messages.push(message.text()));
    await page.goto(server.url);
    await page.waitForFunction(() => globalThis.pageReady);
    return {
      call: (name, args) => page.evaluate(([f, list]) => globalThis[f](...list), [name, args]),
      downloadBytes: server.downloadBytes,
      warnings: () => messages.slice(0, 2).map((message) => message.slice(0, 200)),
      async close() {
        await browser.close();
        server.close();
      },
    };
  } catch (error) {
    await browser.close();
    server.close();
    throw error;
  }
}
