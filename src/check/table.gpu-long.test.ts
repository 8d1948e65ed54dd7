import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestDevice } from '../gpu/device.ts';
import { cellOptions, profiles } from './in-use.ts';
import { ofLargest, worstOf } from './tolerance.ts';
import { compareSteps, createTwin, runEngine, runTwin, type StepResult, type TwinModel } from './twin-model.ts';

/**
 * The table of the engine: every cell in every form of its kernels, one to three layers, widths with and without padding, batches at and beside
 * the edges of tiles, every choice of biases; fewer of these where rows end early, a layer has two directions, or noise is at work. Each square
 * is one training step from random states: the loss and every gradient against Float64. The tiles are those of a GPU, small and quick to
 * compile; those of software adapters are in the table of kernels and in pytorch.gpu.test.ts.
 */
const kernels = ['step', 'sequence'] as const;
/** A single vector without padding, and five with. */
const widths = [4, 17];
const whole = { bidirectional: false, lengths: false, layerNorm: false, dropout: 0, recurrentDropout: 0, zoneout: 0 };
const few = { widths, layerCounts: [1, 2], batches: [13], biases: ['both'] };
/** What workgroups share their operands for: more than 16 rows, units in multiples of 16. */
const wide = { widths: [32], layerCounts: [2], batches: [21], biases: ['both'] };
const dropped = { ...few, layerCounts: [2], dropout: 0.3 };
const forms = [
  { form: 'whole rows', ...whole, widths, layerCounts: [1, 2, 3], batches: [1, 3, 8, 13], biases: ['both', 'input', 'none'] },
  { form: 'rows that end early', ...whole, ...few, lengths: true },
  { form: 'two directions', ...whole, ...few, bidirectional: true },
  { form: 'two directions over rows that end early', ...whole, ...few, bidirectional: true, lengths: true },
  { form: 'operands shared', ...whole, ...wide, biases: ['both', 'none'] },
  { form: 'operands shared over rows that end early', ...whole, ...wide, layerCounts: [1], lengths: true },
  {
    form: 'operands shared in two directions, recurrent dropout and zoneout',
    ...whole,
    ...wide,
    bidirectional: true,
    recurrentDropout: 0.2,
    zoneout: 0.4,
  },
  { form: 'dropout', ...whole, ...dropped, layerCounts: [3] },
  {
    form: 'dropout between two directions over rows that end early',
    ...whole,
    ...dropped,
    bidirectional: true,
    lengths: true,
    widths: [4],
  },
  { form: 'recurrent dropout', ...whole, ...few, recurrentDropout: 0.3 },
  { form: 'zoneout', ...whole, ...few, zoneout: 0.3 },
  {
    form: 'recurrent dropout and zoneout in two directions over rows that end early',
    ...whole,
    ...dropped,
    recurrentDropout: 0.2,
    zoneout: 0.4,
    bidirectional: true,
    lengths: true,
    widths: [4],
  },
  { form: 'layer normalisation', ...whole, ...few, layerNorm: true, layerCounts: [2], biases: ['both', 'none'] },
  { form: 'layer normalisation of rows that end early', ...whole, ...few, layerNorm: true, lengths: true, layerCounts: [1] },
  { form: 'layer normalisation in two directions', ...whole, ...few, layerNorm: true, bidirectional: true, layerCounts: [2] },
  { form: 'layer normalisation and dropout', ...whole, ...dropped, layerNorm: true, widths: [17] },
  { form: 'layer normalisation and recurrent dropout', ...whole, ...few, layerNorm: true, recurrentDropout: 0.3, layerCounts: [1] },
  { form: 'layer normalisation and zoneout', ...whole, ...few, layerNorm: true, zoneout: 0.3, layerCounts: [1] },
  {
    form: 'layer normalisation, recurrent dropout and zoneout in two directions over rows that end early',
    ...whole,
    ...dropped,
    layerNorm: true,
    recurrentDropout: 0.2,
    zoneout: 0.4,
    bidirectional: true,
    lengths: true,
    widths: [4],
  },
];
const timeSteps = 3;
const squares =
  forms.reduce((sum, form) => sum + form.widths.length * form.layerCounts.length * form.batches.length * form.biases.length, 0) *
  cellOptions.length *
  kernels.length;

const tolerance = ofLargest(1e-5, 'sums of up to 40 positions and three layers in f32: some 1e-6 of the largest gradient of each tensor');
const normed = ofLargest(
  5e-5,
  'a row of units that hardly differ is divided by a deviation of down to 0.003, which magnifies the rounding of each layer and time step',
);
const [, hardware, , sharing] = profiles;

let device: GPUDevice;
const filled = new Set<string>();
let largestError = 0;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => {
  device.destroy();
  console.log(`table: ${filled.size} of ${squares} squares, largest error ${largestError.toFixed(2)} of its tolerance`);
});

describe.each(cellOptions)('$cell $reset', (cell) => {
  describe.each(forms)('$form', ({ widths, layerCounts, batches, biases, bidirectional, lengths, layerNorm, ...rates }) => {
    describe.each(widths)('width %i', (width) => {
      describe.each(batches)('batch %i', (batch) => {
        it.concurrent.each(layerCounts.flatMap((layers) => biases.map((bias) => ({ layers, bias }))))(
          '$layers layers, bias $bias',
          async ({ layers, bias }) => {
            const { dropout, recurrentDropout, zoneout } = rates;
            const zoneoutCell = cell.cell === 'lstm' ? 0.75 * zoneout : 0;
            const noise = { dropout, recurrentDropout, zoneout, zoneoutCell };
            const shape = { layers, bias, width, batch, timeSteps, bidirectional, lengths, layerNorm };
            const model: TwinModel = { ...cell, ...noise, ...shape } as TwinModel;
            const twin = runTwin(createTwin(model));
            for (const kernel of kernels) await fill(model, kernel, twin);
          },
        );
      });
    });
  });
});

async function fill(model: TwinModel, kernel: (typeof kernels)[number], twin: StepResult): Promise<void> {
  const engine = await runEngine(device, createTwin(model), { ...(model.width === wide.widths[0] ? sharing : hardware), kernel });
  const worst = worstOf(compareSteps(engine, twin, model.layerNorm ? normed : tolerance));
  expect(worst, `${kernel}: ${worst.worst}`).toMatchObject({ ok: true });
  largestError = Math.max(largestError, worst.largestError / worst.tolerance);
  filled.add(JSON.stringify([kernel, model]));
}

it('has no empty square', () => {
  expect(filled.size).toBe(squares);
});
