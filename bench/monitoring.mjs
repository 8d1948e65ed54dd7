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
const WARM_UP = BLOCK;
const ROUNDS = 20;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    hidden: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});
const [steps, hiddenSize] = [Number(values.steps), Number(values.hidden)];
if (!(steps > 0 && steps % (ROUNDS * BLOCK) === 0))
  throw new Error(`--steps must be a positive multiple of ${ROUNDS * BLOCK}, got ${values.steps}`);

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

/** @type {Record<string, boolean | { every: number }>} */
const kinds = { off: false, tenth: true, every: { every: 1 } };
const names = Object.keys(kinds);
/** Of every round, the time of each step by kind. @type {Record<string, number[]>[]} */
const rounds = [];
/** @type {number[]} */
let losses = [];
// made in one order and in the other: of trainers that are all the same, those made later were found 1 to 3 % slower
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 === 0 ? names : names.toReversed();
  /** @type {Record<string, import('../dist/src/index.js').Trainer>} */
  const trainers = {};
  for (const name of order) trainers[name] = await trainerWith(kinds[name]);
  rounds.push(await timesOf(trainers));
  losses = await Promise.all(names.map(async (name) => (await trainers[name].step(batchOf(0))).loss));
  for (const trainer of Object.values(trainers)) trainer.destroy();
}
const off = rounds.flatMap((times) => times.off);
const result = {
  steps: off.length,
  size: `${BATCH}x${TIME_STEPS}x${hiddenSize}`,
  offMilliseconds: median(off),
  ...overheadOf('tenth'),
  overheadEveryStep: overheadOf('every').overhead,
  losses,
};
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;
console.log(
  values.json
    ? JSON.stringify(result)
    : `${result.size}: a step takes ${result.offMilliseconds.toFixed(1)} ms; monitor adds ${percent(result.overhead)}, with every step measured ${percent(result.overheadEveryStep)}`,
);
process.exit(0);

/** @param {Record<string, import('../dist/src/index.js').Trainer>} trainers */
async function timesOf(trainers) {
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let step = 0; step < WARM_UP + steps / ROUNDS; step++) {
    const batch = batchOf(step);
    // each takes each place equally often: a machine drifts
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(step + turn) % names.length];
      const begun = performance.now();
      await trainers[name].step(batch);
      if (step >= WARM_UP) times[name].push(performance.now() - begun);
    }
  }
  return times;
}

/**
 * Each step against the same step without, next to it in time: the median ratio of those that the default measures and of the others, by their numbers, in
 * the mean of both orders.
 *
 * @param {string} name
 */
function overheadOf(name) {
  const of = (/** @type {(step: number) => boolean} */ counts) => {
    const orders = [0, 1].map((order) =>
      median(
        rounds
          .filter((_, round) => round % 2 === order)
          .flatMap((times) => times[name].map((time, step) => time / times.off[step] - 1).filter((_, step) => counts(step))),
      ),
    );
    return (orders[0] + orders[1]) / 2;
  };
  const measured = of((step) => (step + 1) % BLOCK === 0);
  const others = of((step) => (step + 1) % BLOCK !== 0);
  return { overhead: (measured + (BLOCK - 1) * others) / BLOCK, measured, others };
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
