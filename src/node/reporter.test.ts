import { expect, test } from 'vitest';
import type { Evaluation, RunMetrics } from '../index.ts';
import { createReporter } from './reporter.ts';
import type { Terminal } from './terminal.ts';

const evaluation: Evaluation = { loss: 1.5, perplexity: Math.exp(1.5), bitsPerCharacter: 1.5 / Math.LN2, count: 99 };

const metricsOf = (step: number): RunMetrics => ({
  step,
  loss: 2.25,
  gradientNorm: 0.5,
  clipFactor: 1,
  clips: {},
  learningRate: 1e-2,
  applied: step,
  skipped: 0,
  tokensPerSecond: 1000.4,
  rewinds: 0,
});

/** Reports `steps` steps a second apart, the held-out part measured after step 15. */
function run(options: { readonly json: boolean; readonly interactive: boolean; readonly steps: number }) {
  let out = '';
  let err = '';
  let time = 0;
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive: options.interactive,
    columns: 80,
    closed: new AbortController().signal,
  };
  const reporter = createReporter(terminal, options, () => time);
  reporter.start(0);
  for (let step = 1; step <= options.steps; step++) {
    time += 1000;
    reporter.step(metricsOf(step), step === 15 ? evaluation : undefined);
  }
  reporter.note('a remark');
  reporter.end();
  return { out, err };
}

test('JSON: every tenth step, a measured one and the last, nothing else', () => {
  const { out, err } = run({ json: true, interactive: true, steps: 23 });
  const line = { loss: 2.25, gradientNorm: 0.5, tokensPerSecond: 1000 };
  expect(
    out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text)),
  ).toEqual([
    { step: 10, ...line },
    { step: 15, ...line, validationLoss: 1.5 },
    { step: 20, ...line },
    { step: 23, ...line },
  ]);
  expect(err).toBe('a remark\n');
});

test('JSON: what clips did, and of a measured step how gradients went back through time', () => {
  let out = '';
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: () => undefined,
    interactive: false,
    columns: 80,
    closed: new AbortController().signal,
  };
  const decay = { ratio: 0.25, rate: 0.5, words: 'halves every 1.0 steps' };
  const norms = { norms: Float64Array.of(1, 2, 4), ...decay };
  const timeStepNorm = { norm: 3, factor: 0.5, acted: 4 };
  const metrics = { ...metricsOf(10), clips: { timeStepNorm }, updateRatio: 1e-3, timeNorms: [{ name: 'l0', ...norms, cell: norms }] };
  createReporter(terminal, { json: true, steps: 20 }).step(metrics);
  expect(JSON.parse(out)).toEqual({
    step: 10,
    loss: 2.25,
    gradientNorm: 0.5,
    clips: { timeStepNorm },
    updateRatio: 1e-3,
    timeNorms: [{ name: 'l0', ...decay, cell: decay }],
    tokensPerSecond: 1000,
  });
});

test('a log: plain lines every three seconds, when measured, and the last', () => {
  const { out } = run({ json: false, interactive: false, steps: 17 });
  const lines = out.trim().split('\n');
  expect(lines.filter((line) => line.startsWith('step ') && line.includes('/')).map((line) => line.split('/')[0])).toEqual(
    [3, 6, 9, 12, 15, 17].map((step) => `step ${step}`),
  );
  expect(lines).toContain('step 15: held-out loss 1.5000, 2.164 bits per character');
  expect(lines[0]).toContain('0:14 left');
  expect(out).not.toContain('\r');
});

test('a terminal: one line drawn over, finished by the end', () => {
  const { out } = run({ json: false, interactive: true, steps: 20 });
  const lines = out.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/\rstep 15: held-out loss 1\.5000.*$/);
  expect(lines[1]).toMatch(/\ra remark/);
  expect(lines[2].split('\r').pop()).toMatch(/^step 20\/20 \[#+\] loss 2\.250/);
});
