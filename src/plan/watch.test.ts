import { describe, expect, it } from 'vitest';
import { type CellName, cellNames, cells, type SmallOptions, smallSpec, smallTraining } from '../testing/models.ts';
import { expectSound } from '../testing/plans.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { type DispatchStep, dispatchesOf, measuredDispatchesOf, runsIn } from './step.ts';
import { planTraining } from './training.ts';

const profiles: readonly AdapterProfile[] = [
  { ...defaultProfile, kernel: 'sequence' },
  { ...defaultProfile, kernel: 'step' },
];

const planOf = (cell: CellName, monitor: boolean, profile: AdapterProfile, { recurrent, ...rest }: SmallOptions = {}) =>
  planTraining(smallSpec({ ...rest, recurrent: { ...cells[cell], layers: 2, ...recurrent } }), smallTraining({ monitor }), profile).plan;

const nameOf = ({ label, kernel }: DispatchStep): string => `${label}: ${kernel.name}`;

describe.each(cellNames)('a plan that watches %s layers', (cell) => {
  it.each(profiles)('does in a step that is not measured what it does without: kernel $kernel', (profile) => {
    for (const options of [{}, { recurrent: { layerNorm: true } }, { architecture: 'encoder-decoder' }] as const) {
      const [off, on] = [false, true].map((monitor) => planOf(cell, monitor, profile, options));
      expectSound(on);
      const unmeasured = dispatchesOf(on.steps).filter((step) => runsIn(step, false));
      // the gradient of a last cell is copied to where the carry begins
      const names = unmeasured.map(nameOf).filter((name) => !name.startsWith('finalCell_'));
      expect(names).toEqual(dispatchesOf(off.steps).map(nameOf));
      expect(unmeasured.every(({ values }) => !values.keptCells)).toBe(true);
    }
  });

  it.each(profiles)('does in one that is measured all of that and more, and keeps every cell there is: kernel $kernel', (profile) => {
    const [off, on] = [false, true].map((monitor) => planOf(cell, monitor, profile));
    const measured = measuredDispatchesOf(on.steps);
    const names = measured.map(nameOf);
    expect(dispatchesOf(off.steps).map(nameOf)).toEqual(measured.filter(({ phase }) => phase !== 'monitor').map(nameOf));
    expect(names.filter((name) => /^(health|timeNorms)_/.test(name))).toHaveLength(4);
    expect(measured.some(({ values }) => values.keptCells === 1)).toBe(cell === 'lstm');
    expect(on.describe().dispatches).toBe(measured.length);
    expect(on.print()).toContain('in measured steps');
  });
});
