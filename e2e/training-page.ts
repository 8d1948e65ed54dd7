/** The built page as tests meet it: served by a plain static host below a path, by the names of its controls. */

import path from 'node:path';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { serveFolder } from './static-server.ts';

export const pageFolder = path.join(import.meta.dirname, '..', 'dist', 'page');

type Figure = 'step' | 'training' | 'validation' | 'gradient' | 'rate' | 'bytes';

export class TrainingPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }
  button(name: 'Start' | 'Pause' | 'Resume' | 'Step' | 'Reset'): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
  control(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  get status(): Locator {
    return this.page.locator('#status');
  }
  get problem(): Locator {
    return this.page.getByRole('alert');
  }
  get sample(): Locator {
    return this.page.locator('#sample');
  }
  figure(name: Figure): Locator {
    return this.page.locator(`#figure-${name}`);
  }
  /** A figure as a number, NaN while there is none. */
  async value(name: Figure): Promise<number> {
    return Number.parseFloat(((await this.figure(name).textContent()) ?? '').replaceAll(',', ''));
  }
  /** Waits until training has passed a step. */
  async reach(step: number): Promise<void> {
    await expect.poll(() => this.value('step')).toBeGreaterThanOrEqual(step);
  }
}

interface Fixtures {
  /** The page, opened; the test fails if anything was written to the console as an error. */
  training: TrainingPage;
  /** What the page complained about so far. */
  complaints: string[];
}

/** Code that runs in the page's worker before its own. */
export async function runAheadOfWorker(page: Page, code: string): Promise<void> {
  await page.route(/\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: code + (await response.text()) });
  });
}

export const test = base.extend<Fixtures, { site: string }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const server = await serveFolder(pageFolder, '/some/path/');
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    await use(complaints);
    expect(complaints).toEqual([]);
  },
  training: async ({ page, site, complaints }, use) => {
    expect(complaints).toEqual([]);
    await page.goto(site);
    await use(new TrainingPage(page));
  },
});

export { expect };
