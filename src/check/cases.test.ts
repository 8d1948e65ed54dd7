import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Tile, tileLabel } from '../../shaders/common/product.ts';
import { kernelCases } from './cases.ts';
import { profiles, variantName, variantsInUse } from './in-use.ts';
import { widen } from './kernel-case.ts';
import { aloneTiles, productTiles, recurrentTiles, sharedTiles } from './tiles.ts';

const repository = path.join(import.meta.dirname, '../..');
/** Files of shaders/ that are no kernel: what a kernel is, and the words of WGSL. */
const others = ['kernel', 'wgsl'];
const shaders = readdirSync(path.join(repository, 'shaders'))
  .filter((file) => /^[a-z-]+\.ts$/.test(file))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => !others.includes(name));
const casesOf = (name: string) => kernelCases.filter(({ kernel }) => kernel.name === name);
const nameOf = ({ kernel, label }: (typeof kernelCases)[number]): string => `${variantName(kernel)}: ${label}`;

describe('the table of kernel cases', () => {
  it.each(shaders)('has cases of shaders/%s.ts and a twin of the same name', (name) => {
    expect(casesOf(name).length).toBeGreaterThan(0);
    expect(existsSync(path.join(repository, 'src/reference', `${name}.ts`))).toBe(true);
  });

  it('knows no kernel but those of shaders/', () => {
    expect(new Set(kernelCases.map(({ kernel }) => kernel.name))).toEqual(new Set(shaders));
  });

  it('has a case of every variant that default models use, on a software adapter and on a GPU', () => {
    const known = new Set(kernelCases.map(({ kernel }) => variantName(kernel)));
    for (const profile of profiles) expect([...variantsInUse(profile)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every tile that the strategy can choose', () => {
    const tiles = (name: string) =>
      new Set(casesOf(name).map(({ kernel }) => /\d+x\d+( alone| lanes| staged| shared)?/.exec(kernel.variant)?.[0]));
    const wanted = (list: readonly { tile: Tile }[]) => list.map(({ tile }) => tileLabel(tile));
    expect(wanted(productTiles(false)).filter((tile) => !tiles('matmul').has(tile))).toEqual([]);
    expect(wanted(productTiles(true)).filter((tile) => !tiles('weight-gradient').has(tile))).toEqual([]);
    expect(wanted(recurrentTiles('lstm', 'forward')).filter((tile) => !tiles('sequence-forward').has(tile))).toEqual([]);
    expect(wanted(recurrentTiles('lstm', 'backward')).filter((tile) => !tiles('sequence-backward').has(tile))).toEqual([]);
    expect(wanted(sharedTiles('lstm', 'forward')).filter((tile) => !tiles('step-forward').has(tile))).toEqual([]);
    expect(wanted(sharedTiles('lstm', 'backward')).filter((tile) => !tiles('step-backward').has(tile))).toEqual([]);
    expect(wanted(aloneTiles('lstm', 'forward')).filter((tile) => !tiles('sequence-forward').has(tile))).toEqual([]);
    expect(wanted(aloneTiles('lstm', 'backward')).filter((tile) => !tiles('sequence-backward').has(tile))).toEqual([]);
    expect(aloneTiles('gru', 'forward').length).toBeGreaterThan(0);
    expect([...sharedTiles('lstm', 'forward'), ...productTiles(true)].some(({ tile }) => tile.shared)).toBe(true);
  });

  it.each(['lstm', 'gru', 'rnn-tanh'])('runs %s with either input and every choice of biases', (cell) => {
    const names = casesOf('sequence-forward').map(nameOf);
    for (const input of ['tokens', 'projected']) {
      for (const bias of ['both', 'input', 'none']) {
        expect(
          names.some((name) => name.includes(`${cell} ${input}`) && name.endsWith(`bias ${bias}`)),
          `${input}, bias ${bias}`,
        ).toBe(true);
      }
    }
  });

  const always = ['batch 13,', 'hidden 4,', 'hidden 20,', 'T 1,', 'T 4,', 'T 5,', 'saturated', 'tiny', '2 pieces', '4 k a turn'];
  const edges = [...always, 'batch 1,', 'batch 3,', 'batch 8,', 'hidden 8,', 'hidden 64,'];
  it.each([
    ['sequence-forward', edges],
    ['sequence-backward', edges],
    ['gru-before-sequence-forward', always],
    ['gru-before-sequence-backward', always],
  ])('tries %s at odd sizes, cut and in extremes', (name, wanted) => {
    const labels = casesOf(name).map(({ label }) => label);
    expect(wanted.filter((words) => !labels.some((label) => label.includes(words)))).toEqual([]);
  });

  it('tells its cases apart', () => {
    const names = kernelCases.map(nameOf);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('fills every binding, and compares everything that a kernel may write', () => {
    const shortest = shaders.flatMap((name) => casesOf(name).slice(0, 2));
    for (const tested of shortest) {
      const { bindings } = tested.kernel;
      const { buffers, expected, actual } = tested.make();
      for (const { name } of bindings) expect(buffers[name]?.length, `${nameOf(tested)}: ${name}`).toBeGreaterThan(0);
      const written = bindings.filter(({ access }) => access === 'read-write').map(({ name }) => name);
      // a plain RNN's gates have no specified contents after the forward sweep; some results are numbers in disguise and are decoded first
      const unspecified = /rnn-\w+ (tokens|projected)/.test(tested.kernel.variant) ? ['gates'] : [];
      if (!actual) expect(Object.keys(expected(widen(buffers)))).toEqual(written.filter((name) => !unspecified.includes(name)));
    }
  });
});
