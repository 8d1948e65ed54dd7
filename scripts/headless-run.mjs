// @ts-check
/** Presses Start on the page in headless Chromium and prints what it shows, for machines without a display. */
import { chromium } from 'playwright';
import { ensureBrowser, gpuFlags } from './browser.mjs';

/** A run ends at this step, or after this time from the first step on, whichever comes first. */
const enoughSteps = 300;
const enoughMilliseconds = 40_000;
const patienceMilliseconds = 60_000;
const pollMilliseconds = 250;
const lineMilliseconds = 2000;

/** @param {{ platform: string, env: Readonly<Record<string, string | undefined>> }} host */
export function hasDisplay({ platform, env }) {
  if (env.CI) return false;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * @typedef {{ step: string, training: string, validation: string, rate: string, problem: string, sample: string, sampleStep: string }} Reading
 * as the page shows it
 */

/** One line of progress. @param {Reading} reading */
export function progressLine({ step, training, validation, rate }) {
  return `step ${step.padStart(5)}   loss ${training}   validation ${validation}   ${rate} tokens/s`;
}

/** Throws one sentence unless the loss has fallen. @param {number} first @param {number} last @param {string} steps */
export function requireFall(first, last, steps) {
  if (!(last < first - 0.1))
    throw new Error(`The loss must fall while the page trains, got ${first} at first and ${last} after ${steps} steps.`);
}

/** Runs the page to its end and prints it; throws one sentence if the page reports a problem or the loss does not fall. @param {string} url */
export async function watchRun(url) {
  const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: gpuFlags() });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForFunction(
      () => document.getElementById('adapter-warning')?.textContent || document.getElementById('problem')?.textContent,
    );
    console.log(`No display: training in headless Chromium. ${(await page.locator('#adapter').textContent())?.trim()}`);
    const last = await follow(page);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    console.log(`\n${last.sample}\n\n(what the network writes ${last.sampleStep})\n`);
  } finally {
    await browser.close();
  }
}

/** @param {import('playwright').Page} page @returns {Promise<Reading>} the last reading */
async function follow(page) {
  const started = performance.now();
  let firstLoss = Number.NaN;
  let firstStepAt = Number.NaN;
  let printed = Number.NEGATIVE_INFINITY;
  for (;;) {
    const reading = await read(page);
    if (reading.problem) throw new Error(reading.problem);
    const now = performance.now();
    const step = numberOf(reading.step);
    if (Number.isNaN(step) && now - started > patienceMilliseconds) {
      throw new Error(`The page must make its first step within ${patienceMilliseconds / 1000} s, got none.`);
    }
    if (!Number.isNaN(step) && Number.isNaN(firstStepAt)) {
      firstStepAt = now;
      firstLoss = numberOf(reading.training);
    }
    const enough = (step >= enoughSteps || now - firstStepAt >= enoughMilliseconds) && reading.sampleStep !== '';
    if (!Number.isNaN(step) && (enough || now - printed >= lineMilliseconds)) {
      console.log(progressLine(reading));
      printed = now;
    }
    if (enough) {
      requireFall(firstLoss, numberOf(reading.training), reading.step);
      return reading;
    }
    await page.waitForTimeout(pollMilliseconds);
  }
}

/** @param {import('playwright').Page} page @returns {Promise<Reading>} */
function read(page) {
  return page.evaluate(() => {
    const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent?.trim() ?? '';
    return {
      step: text('figure-step'),
      training: text('figure-training'),
      validation: text('figure-validation'),
      rate: text('figure-rate'),
      problem: text('problem'),
      sample: text('sample'),
      sampleStep: text('sample-step'),
    };
  });
}

/** NaN while the page shows none. @param {string} text */
function numberOf(text) {
  return Number.parseFloat(text.replaceAll(',', ''));
}
