import { expect, test } from 'vitest';
import { crossEntropy, toBase64 } from './outputs.ts';
import type { Workload } from './workload.ts';

const sizes = { cell: 'lstm', work: 'sequences', I: 2, E: 0, L: 1, H: 4, O: 2 } as const;

test('targets are batch-major, logits time-major', () => {
  const workload: Workload = { ...sizes, task: 'A', B: 2, T: 2 };
  // right are 0, 0 of row 0 and 1, 1 of row 1
  const y = Int32Array.of(0, 0, 1, 1);
  const sure = [9, 0, 0, 9, 9, 0, 0, 9];
  const x = new Int32Array(4);
  expect(crossEntropy(workload, { x, y }, Float32Array.from(sure))).toBeLessThan(2e-4);
  expect(
    crossEntropy(
      workload,
      { x, y },
      Float32Array.from(sure, (z) => 9 - z),
    ),
  ).toBeCloseTo(9, 3);
});

test('logits that are all equal cost the logarithm of the classes, however large they are', () => {
  const workload: Workload = { ...sizes, task: 'B', B: 3, T: 2 };
  expect(crossEntropy(workload, { x: new Float32Array(6), y: Int32Array.of(0, 1, 1) }, new Float32Array(6).fill(1e4))).toBeCloseTo(
    Math.log(2),
  );
});

test('every value arrives on the other side', async () => {
  const parts = [Float32Array.from({ length: 9000 }, (_, i) => i), Float32Array.of(Number.NaN, -0.1)];
  const bytes = Buffer.from(await toBase64(parts), 'base64');
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  expect(Array.from(values)).toEqual([...parts[0], Number.NaN, Math.fround(-0.1)]);
});
