/** Data for looking at views and testing them: smooth, seeded, and of nobody's training. */
import type { DispatchTime } from '../../../src/index.ts';
import type { Health, Inspection, Plane, PlaneName, PlanMeasurement, Result, TimeNorms } from '../../protocol.ts';
import { blank, withStroke } from '../interact/drawing.ts';

const wave = (t: number, unit: number, phase: number): number => Math.sin(0.21 * t * (1 + (unit % 7) / 9) + unit * 1.7 + phase);

function plane(name: PlaneName, scale: Plane['scale'], timeSteps: number, units: number, phase: number, size = 1): Plane {
  const values = Float32Array.from({ length: timeSteps * units }, (_, index) => {
    const value = wave(Math.floor(index / units), index % units, phase) * size;
    return scale === 'gate' ? 1 / (1 + Math.exp(-3 * value)) : value;
  });
  return { name, values, scale };
}

const sentence = 'the gradient forgets, the cell remembers what it read';

export const inspection: Inspection = {
  step: 1240,
  read: [...sentence],
  layers: [0, 1].map((layer) => ({
    name: `l${layer}`,
    cell: 'lstm',
    timeSteps: sentence.length,
    units: 32,
    planes: [
      plane('input', 'gate', sentence.length, 32, layer),
      plane('forget', 'gate', sentence.length, 32, 1 + layer),
      plane('candidate', 'state', sentence.length, 32, 2 + layer),
      plane('output', 'gate', sentence.length, 32, 3 + layer),
      plane('cell', 'state', sentence.length, 32, 4 + layer, 2.4),
      plane('hidden', 'state', sentence.length, 32, 5 + layer, 0.8),
    ],
  })),
};

const layerNorms = (name: string, rate: number, timeSteps: number) => {
  const norms = Float64Array.from({ length: timeSteps }, (_, t) => 0.02 * rate ** (timeSteps - 1 - t) * (1.2 + wave(t, 3, rate)));
  return {
    name,
    norms,
    ratio: norms[0] / norms[timeSteps - 1],
    rate,
    words: `halves every ${(Math.LN2 / -Math.log(rate)).toFixed(1)} steps`,
  };
};

export const timeNorms: readonly TimeNorms[] = Array.from({ length: 90 }, (_, index) => ({
  step: 10 + index * 14,
  layers: [layerNorms('l0', 0.72 + 0.0022 * index, sentence.length), layerNorms('l1', 0.8 + 0.0015 * index, sentence.length)],
}));

export const health: Health = {
  step: 1240,
  layers: [
    {
      name: 'l0',
      gates: { input: { closed: 0.12, open: 0.03 }, forget: { closed: 0.002, open: 0.41 }, output: { closed: 0.22, open: 0.07 } },
      saturated: { candidate: 0.31, cell: 0.08 },
    },
    { name: 'l1', gates: {}, saturated: {}, dead: { units: 3, share: 3 / 32 } },
  ],
};

const dispatch = (phase: DispatchTime['phase'], label: string, milliseconds: number) => ({
  phase,
  label,
  kernel: 'sequence-forward (lstm tokens 8x4)',
  workgroups: 8,
  flop: milliseconds * 1e7,
  milliseconds,
});

export const measurement: PlanMeasurement = {
  step: 1240,
  lines: [
    dispatch('gather', 'batch', 0.05),
    ...Array.from({ length: 16 }, (_, t) => dispatch('forward', `forward_l0 t=${t}`, 0.11)),
    dispatch('forward', 'logits', 0.4),
    dispatch('loss', 'loss', 0.12),
    dispatch('backward', 'gradient_head', 0.5),
    ...Array.from({ length: 16 }, (_, t) => dispatch('backward', `backward_l0 t=${15 - t}`, 0.17)),
    dispatch('backward', 'gradient_l0', 1.1),
    dispatch('update', 'norm', 0.1),
    dispatch('update', 'update', 0.3),
  ],
};

const prices = Array.from({ length: 90 }, (_, day) => 100 * Math.exp(0.004 * day + 0.05 * wave(day, 2, 0) + 0.012 * wave(day * 5, 4, 1)));
const words = 'the plot is thin but the actors are wonderful and I would watch it again'.split(' ');
const leaning = words.map((_, t) => 1 / (1 + Math.exp(-(t < 4 ? -0.6 * t : -1.8 + 0.55 * (t - 4)))));
const clean = Array.from({ length: 120 }, (_, t) => wave(t, 1, 0) + 0.4 * wave(2.3 * t, 2, 1));
const noisy = clean.map((value, t) => value + 0.5 * wave(t * 17, 5, t));
const english = 'the small cat sleeps under the old table'.split(' ');
const french = 'le petit chat dort sous la vieille table'.split(' ');
const aligned = [0, 1, 2, 3, 4, 5, 6, 7];

export const results: readonly Result[] = [
  { kind: 'text', prompt: 'The ', text: `The ${sentence}.\n${sentence}, and goes on until it ends.` },
  {
    kind: 'melody',
    prompt: 'C4-2 E4-2',
    words:
      'C4-2 E4-2 G4-2 E4-2 | F4-3 E4-1 D4-2 C4-2 | C4-2 E4-2 G4-2 E4-2 | G4-2 A4-2 G4-4 | C5-2 B4-2 A4-2 G4-2 | F4-3 E4-1 D4-2 C4-2 | G4-4 C4-4 | end'.split(
        ' ',
      ),
  },
  {
    kind: 'forecast',
    context: prices.slice(0, 70),
    foretold: prices.slice(70).map((price, index) => price + 0.25 * index),
    truth: prices.slice(70),
  },
  {
    kind: 'caption',
    image: withStroke(withStroke(blank(16), { tool: 'circle', colour: 'red', x: 5, y: 4, radius: 3.4 }), {
      tool: 'diamond',
      colour: 'blue',
      x: 11,
      y: 11,
      radius: 2.6,
    }),
    caption: 'a large red circle above a small blue square',
    truth: 'a large red circle above a small blue diamond',
  },
  {
    kind: 'label',
    tokens: words,
    labels: ['negative', 'positive'],
    probabilities: leaning.map((share) => [1 - share, share]),
    label: 'positive',
    truth: 'positive',
  },
  {
    kind: 'sequence-label',
    sequence: Array.from({ length: 12 }, (_, row) =>
      Array.from({ length: 12 }, (_, column) => (Math.abs(Math.hypot(row - 5.5, column - 5.5) - 4) < 1 ? 1 : 0)),
    ),
    labels: ['0', '6', '8'],
    probabilities: Array.from({ length: 12 }, (_, t) => [0.33 + 0.05 * t, 0.33 - 0.02 * t, 0.34 - 0.03 * t]),
    label: '0',
    truth: '6',
  },
  {
    kind: 'value',
    sequence: noisy.slice(0, 40).map((value) => [value]),
    values: clean.slice(0, 40).map((value, t) => 0.3 + value / (t + 2)),
    value: 0.32,
    truth: 0.3,
  },
  {
    kind: 'tags',
    tokens: ['the', 'old', 'man', 'the', 'boats'],
    tags: ['DET', 'ADJ', 'NOUN', 'DET', 'NOUN'],
    truth: ['DET', 'ADJ', 'VERB', 'DET', 'NOUN'],
  },
  { kind: 'signal', input: noisy, output: clean.map((value, t) => value + 0.08 * wave(t * 9, 2, 0)), truth: clean },
  {
    kind: 'pair',
    source: english,
    target: french,
    separator: ' ',
    truth: french.join(' '),
    alignment: french.map((_, t) => english.map((_, s) => (aligned[t] === s ? 0.8 : 0.2 / (english.length - 1)))),
  },
];
