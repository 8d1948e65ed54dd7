// @ts-check
/**
 * `npm run pictures`: trains in the built page and takes the README's pictures of it, docs/images/*.png. With a name it takes that one alone; with a
 * number of seconds it trains so long instead of to the picture's step.
 */
import path from 'node:path';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { ensureBrowser, gpuFlags } from './browser.mjs';

/** @type {readonly { name: string, link: string, steps: number, colorScheme: 'light' | 'dark' }[]} */
const pictures = [
  { name: 'page', link: 'task=text', steps: 300, colorScheme: 'light' },
  { name: 'captions', link: 'task=captions', steps: 300, colorScheme: 'dark' },
  { name: 'dates', link: 'task=dates&attention=additive', steps: 400, colorScheme: 'light' },
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
    await page.goto(`${server.resolvedUrls?.local[0]}#${link}`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    if (seconds) await page.waitForTimeout(Number(seconds) * 1000);
    const isReached = (/** @type {number} */ least) => {
      const after = /([\d,]+)/.exec(document.getElementById('sample-step')?.textContent ?? '')?.[1] ?? '';
      return Number(after.replaceAll(',', '')) >= least;
    };
    await page.waitForFunction(isReached, seconds ? 1 : steps, { timeout: patienceMilliseconds });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    const file = path.join(repository, 'docs', 'images', `${name}.png`);
    await page.screenshot({ path: file });
    console.log(`${name}: ${await page.locator('#sample-step').textContent()}, ${file}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
