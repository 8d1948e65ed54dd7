// @ts-check
/**
 * Runs the npm scripts of a test suite one after the other, or in lanes side by side, each to its end, and counts what they report. The last line is
 * `N passed, N failed` over all parts. Nothing is skipped in silence: a part that reports no test, and a test that is
 * switched off, count as failures.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * @typedef {{ passed: number, failed: number, notes: string[] }} Count
 * @typedef {{ script: string, report?: 'vitest' | 'playwright' }} Part  an npm script; without a report it counts as one test
 * @typedef {Part | Part[][]} Stage  a part, or lanes of parts: what the first prints is seen at once, that of the others when each part ends
 */

/**
 * @param {readonly Stage[]} stages
 * @returns {Promise<Count>}
 */
export async function runSuite(stages) {
  const folder = mkdtempSync(path.join(tmpdir(), 'retrograde-test-'));
  const total = { passed: 0, failed: 0, notes: /** @type {string[]} */ ([]) };
  /** @type {string[]} */
  const rows = [];
  /** @param {Part} part @param {boolean} isShown */
  async function run(part, isShown) {
    const started = performance.now();
    const title = `\n── ${part.script}`;
    if (isShown) console.log(title);
    const file = path.join(folder, `${part.script.replaceAll(':', '-')}.json`);
    const { code, output } = await runScript(part, file, isShown);
    if (!isShown) console.log(`${title}\n${output}`);
    const count = countPart(part, code, readReport(file));
    total.passed += count.passed;
    total.failed += count.failed;
    total.notes.push(...count.notes.map((note) => `${part.script}: ${note}`));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    rows.push(
      `${part.script.padEnd(15)} ${String(count.passed).padStart(6)} passed ${String(count.failed).padStart(4)} failed ${seconds.padStart(7)} s`,
    );
  }
  for (const stage of stages) {
    if (!Array.isArray(stage)) await run(stage, true);
    else
      await Promise.all(
        stage.map(async (lane, index) => {
          for (const part of lane) await run(part, index === 0);
        }),
      );
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${rows.join('\n')}\n`);
  for (const note of total.notes) console.log(`! ${note}`);
  console.log(closingLine(total));
  return total;
}

/** @param {{ passed: number, failed: number }} count */
export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

/**
 * What one part adds to the total, from its exit code and the report that it wrote.
 * @param {Part} part @param {number} code @param {any} report @returns {Count}
 */
export function countPart(part, code, report) {
  if (!part.report) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notes: [] };
  if (!report) return { passed: 0, failed: 1, notes: [`ended with exit code ${code} and no report`] };
  const count = part.report === 'vitest' ? countVitest(report) : countPlaywright(report);
  if (count.passed + count.failed === 0) return { passed: 0, failed: 1, notes: ['ran no test'] };
  if (code !== 0 && count.failed === 0) return { ...count, failed: 1, notes: [...count.notes, `ended with exit code ${code}`] };
  return count;
}

/** Vitest's JSON report: one result per file, which may have failed before any of its tests ran. @param {any} report @returns {Count} */
function countVitest(report) {
  const count = { passed: 0, failed: 0, notes: /** @type {string[]} */ ([]) };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') count.passed += 1;
      else count.failed += 1;
      if (test.status === 'failed') count.notes.push(`failed: ${test.fullName}`);
      else if (test.status !== 'passed') count.notes.push(`switched off, counts as failed: ${test.fullName}`);
    }
    if (file.status !== 'passed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')) {
      count.failed += 1;
      count.notes.push(`${file.name} failed outside its tests`);
    }
  }
  return count;
}

/** Playwright's JSON report keeps its own totals. @param {any} report @returns {Count} */
function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  const notes = specsOf(report)
    .filter(({ ok }) => !ok)
    .map(({ title }) => `failed: ${title}`);
  if (skipped + flaky > 0) notes.push(`${skipped} switched off or not reached, ${flaky} flaky: count as failed`);
  const outside = unexpected + flaky + skipped === 0 ? (report.errors ?? []).length : 0;
  return { passed: expected, failed: unexpected + flaky + skipped + outside, notes };
}

/** The tests of a report, or of a part of it. @param {any} suite @returns {{ title: string, ok: boolean }[]} */
function specsOf(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {Part} part @param {string} file
 * @param {boolean} isShown what it prints goes to the terminal at once
 * @returns {Promise<{ code: number, output: string }>}
 */
function runScript(part, file, isShown) {
  const parameters = part.report === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`] : [];
  if (part.report === 'playwright') parameters.push('--reporter=list,json');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, 'run', '--silent', part.script, '--', ...parameters], {
      stdio: isShown ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      shell: !npm && process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece) => {
        output += piece;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
