import { describe, expect, test } from 'vitest';
import { sampledSteps, type UnrolledShape, unrolledGeometry } from './geometry.ts';

const shape = (given: Partial<UnrolledShape>) =>
  unrolledGeometry({ architecture: 'many-to-many', layers: 1, columns: 4, width: 400, row: 40, cell: 24, ...given });
const count = (edges: readonly { readonly kind: string }[], kind: string) => edges.filter((edge) => edge.kind === kind).length;

describe('an unrolled network', () => {
  test.each([
    ['one-to-one', 4, 4, 3, 0],
    ['many-to-many', 4, 4, 0, 0],
    ['many-to-one', 4, 1, 0, 0],
    ['one-to-many', 1, 4, 3, 0],
    ['encoder-decoder', 4, 3, 2, 1],
  ] as const)('%s reads %i, says %i and reads what it said %i times', (architecture, inputs, outputs, fed, bridges) => {
    const made = shape({ architecture, written: architecture === 'encoder-decoder' ? 3 : 4 });
    expect([made.inputs.length, made.outputs.length]).toEqual([inputs, outputs]);
    expect([count(made.edges, 'fed'), count(made.edges, 'bridge')]).toEqual([fed, bridges]);
  });

  test('lies within its frame, time to the right, layers upwards', () => {
    const { width, height, cells, inputs, outputs, edges } = shape({ layers: 3 });
    for (const { x, y } of [...cells, ...inputs, ...outputs]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(height);
    }
    const at = (column: number, layer: number) => cells.find((cell) => cell.column === column && cell.layer === layer);
    expect(at(1, 0)?.x).toBeGreaterThan(at(0, 0)?.x ?? Number.NaN);
    expect(at(0, 1)?.y).toBeLessThan(at(0, 0)?.y ?? Number.NaN);
    expect(count(edges, 'state')).toBe(3 * 3);
    expect(count(edges, 'up')).toBe(4 * 2);
    for (const { kind, from, to } of edges) if (kind === 'state') expect(to[0]).toBeGreaterThan(from[0]);
  });
});

test('sampled time steps hold both ends, and each once', () => {
  expect(sampledSteps(5, 12)).toEqual([0, 1, 2, 3, 4]);
  expect(sampledSteps(64, 4)).toEqual([0, 21, 42, 63]);
  expect(sampledSteps(9, 1)).toEqual([8]);
});
