// @ts-check
// What looking costs: the same training without `monitor`, with it (every tenth step), and with every step measured, in turn, step by step, in one run.
// node bench/monitoring.mjs [--steps 200] [--hidden 64] [--json]     wants `npm run build:library` before
import { parseArgs } from 'node:util';
import { createModel, createTrainer } from '../dist/src/index.js';
import { requestDevice } from '../dist/src/node/index.js';

const BATCH = 16;
const TIME_STEPS = 32;
const VOCABULARY = 64;
/** The default of `monitor`: so many steps make one sample. */
const BLOCK = 10;
const WARM_UP = 2 * BLOCK;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    hidden: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});
const [steps, hiddenSize] = [Number(values.steps), Number(values.hidden)];
if (!(steps > 0 && steps % BLOCK === 0)) throw new Error(`--steps must be a positive multiple of ${BLOCK}, got ${values.steps}`);

const device = await requestDevice({ report: (sentence) => console.error(sentence) });

/** @param {boolean | { every: number }} monitor */
async function trainerWith(monitor) {
  const model = createModel(
    device,
    {
      input: { kind: 'tokens', vocabulary: VOCABULARY },
      recurrent: { cell: 'lstm', hiddenSize },
      output: { kind: 'softmax', classes: VOCABULARY },
      seed: 1,
    },
    { selfTest: false },
  );
  const trainer = createTrainer(model, { batch: BATCH, timeSteps: TIME_STEPS, clip: { globalNorm: 1 }, monitor });
  await trainer.ready();
  return trainer;
}

const kinds = { off: await trainerWith(false), tenth: await trainerWith(true), every: await trainerWith({ every: 1 }) };
const names = /** @type {(keyof typeof kinds)[]} */ (Object.keys(kinds));
/** @type {Record<string, number[]>} */
const times = Object.fromEntries(names.map((name) => [name, []]));

for (let step = 0; step < WARM_UP + steps; step++) {
  const batch = batchOf(step);
  // each takes each place equally often: a machine drifts
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(step + turn) % names.length];
    const begun = performance.now();
    await kinds[name].step(batch);
    if (step >= WARM_UP) times[name].push(performance.now() - begun);
  }
}
const result = {
  steps,
  size: `${BATCH}x${TIME_STEPS}x${hiddenSize}`,
  offMilliseconds: median(times.off),
  overhead: overheadOf(times.tenth),
  overheadEveryStep: overheadOf(times.every),
  losses: await Promise.all(names.map(async (name) => (await kinds[name].step(batchOf(0))).loss)),
};
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${result.size}: a step takes ${result.offMilliseconds.toFixed(1)} ms; monitor adds ${percent(result.overhead)}, with every step measured ${percent(result.overheadEveryStep)}`,
);
for (const trainer of Object.values(kinds)) trainer.destroy();
process.exit(0);

/**
 * Blocks of ten steps, of which the default measures one, against the same ten steps without: the median over the blocks.
 *
 * @param {number[]} measured
 */
function overheadOf(measured) {
  const sums = (/** @type {number[]} */ all) =>
    Array.from({ length: all.length / BLOCK }, (_, block) =>
      all.slice(block * BLOCK, (block + 1) * BLOCK).reduce((sum, time) => sum + time, 0),
    );
  const plain = sums(times.off);
  return median(sums(measured).map((sum, block) => sum / plain[block] - 1));
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** @param {number} step */
function batchOf(step) {
  const ids = (/** @type {number} */ shift) =>
    Int32Array.from({ length: TIME_STEPS * BATCH }, (_, place) => ((place + shift) * 2_654_435_761 + step * 40_503) % VOCABULARY);
  return { input: ids(0), target: ids(BATCH) };
}
