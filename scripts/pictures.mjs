// @ts-check
/**
 * `npm run pictures`: trains a task of each architecture in the built page and takes pictures, docs/images/NAME-rest.png before anything runs and docs/images/NAME.png when it has
 * learned. With a name it takes that one alone; with a number of seconds it trains so long instead of to the picture's step.
 */
import path from 'node:path';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { ensureBrowser, gpuFlags } from './browser.mjs';

/** @type {readonly { name: string, link: string, steps: number, colorScheme: 'light' | 'dark' }[]} */
const pictures = [
  { name: 'text', link: 'task=text', steps: 300, colorScheme: 'light' },
  { name: 'captions', link: 'task=captions', steps: 400, colorScheme: 'dark' },
  { name: 'sentiment', link: 'task=sentiment', steps: 400, colorScheme: 'light' },
  { name: 'tagging', link: 'task=tagging', steps: 400, colorScheme: 'dark' },
  { name: 'dates', link: 'task=dates&attention=additive', steps: 400, colorScheme: 'light' },
  { name: 'melody', link: 'task=melody', steps: 300, colorScheme: 'dark' },
];
/** Tall enough that the whole result is seen above the strips. */
const viewport = { width: 1440, height: 1080 };
const patienceMilliseconds = 20 * 60_000;

const [only, seconds] = process.argv.slice(2);
const wanted = pictures.filter(({ name }) => only === undefined || name === only);
if (wanted.length === 0) throw new Error(`picture must be one of ${pictures.map(({ name }) => name).join(', ')}, got ${only}`);
const repository = path.join(import.meta.dirname, '..');
const server = await preview({ configFile: path.join(repository, 'vite.config.ts'), logLevel: 'warn', preview: { port: 0 } });
const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: gpuFlags() });
try {
  for (const { name, link, steps, colorScheme } of wanted) {
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    const folder = path.join(repository, 'docs', 'images');
    await page.goto(`${server.resolvedUrls?.local[0]}#${link}`);
    await page.getByRole('button', { name: 'Start', exact: true }).and(page.locator(':enabled')).waitFor();
    await page.waitForFunction(() => document.getElementById('plan')?.textContent?.includes('parameters'));
    await page.screenshot({ path: path.join(folder, `${name}-rest.png`) });
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    if (seconds) await page.waitForTimeout(Number(seconds) * 1000);
    const isReached = (/** @type {number} */ least) => {
      const after = /([\d,]+)/.exec(document.getElementById('sample-step')?.textContent ?? '')?.[1] ?? '';
      return Number(after.replaceAll(',', '')) >= least;
    };
    await page.waitForFunction(isReached, seconds ? 1 : steps, { timeout: patienceMilliseconds });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    const file = path.join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    console.log(`${name}: ${await page.locator('#sample-step').textContent()}, ${file}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
