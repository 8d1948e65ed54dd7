import { describe, expect, test } from 'vitest';
import { randomNumbers } from './chain-layout.ts';
import { centralDifference } from './numeric-gradient.ts';
import { type PatchesOptions, patches } from './patches.ts';
import { patchesBackward } from './patches-backward.ts';
import { reluRows } from './relu-rows.ts';
import { reluRowsBackward } from './relu-rows-backward.ts';

const filters = 3;
const shapes: readonly PatchesOptions[] = [
  { batch: 2, width: 5, height: 4, channels: 3, pixelStride: 3, imageStride: 60 },
  { batch: 2, width: 3, height: 6, channels: 2, pixelStride: 4, imageStride: 72 },
  { batch: 3, width: 2, height: 1, channels: 1, pixelStride: 4, imageStride: 8 },
];

function network(shape: PatchesOptions) {
  const random = randomNumbers(7);
  const draw = (count: number) => Float64Array.from({ length: count }, () => 2 * random() - 1);
  const { batch, width, height, channels, imageStride } = shape;
  const columns = 4 * Math.ceil((9 * channels) / 4);
  const rows = batch * Math.ceil(width / 2) * Math.ceil(height / 2);
  const [source, kernel, weights] = [draw(batch * imageStride), draw(filters * 9 * channels), draw(rows * filters)];
  const gathered = new Float64Array(rows * columns);
  const outputs = new Float64Array(rows * filters);
  const run = (): void => {
    patches(shape, { source: 0 }, { source, patches: gathered });
    for (let row = 0; row < rows; row++) {
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let k = 0; k < 9 * channels; k++) sum += gathered[row * columns + k] * kernel[filter * 9 * channels + k];
        outputs[row * filters + filter] = sum;
      }
    }
  };
  return { source, kernel, weights, outputs, run, rows, columns };
}

describe.each(shapes)('$width x $height, $channels channels', (shape) => {
  const { batch, width, height, channels, pixelStride, imageStride } = shape;
  const taps = 9 * channels;

  test('patches times a kernel [filters, 3, 3, channels] are the convolution by its definition', () => {
    const { source, kernel, outputs, run } = network(shape);
    run();
    let place = 0;
    for (let b = 0; b < batch; b++) {
      for (let y = 0; y < Math.ceil(height / 2); y++) {
        for (let x = 0; x < Math.ceil(width / 2); x++) {
          for (let filter = 0; filter < filters; filter++) {
            let sum = 0;
            for (let j = 0; j < 3; j++) {
              for (let i = 0; i < 3; i++) {
                const [row, column] = [2 * y + j - 1, 2 * x + i - 1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                for (let c = 0; c < channels; c++) {
                  sum +=
                    source[b * imageStride + (row * width + column) * pixelStride + c] * kernel[filter * taps + (3 * j + i) * channels + c];
                }
              }
            }
            expect(outputs[place++]).toBeCloseTo(sum, 12);
          }
        }
      }
    }
    expect(place).toBe(outputs.length);
  });

  test('the gradient of every pixel behind a rectifier is the numeric one', () => {
    const { source, kernel, weights, outputs, run, rows, columns } = network(shape);
    const loss = (): number => {
      run();
      reluRows({ elements: outputs.length }, { rows: 0 }, { rows: outputs });
      return outputs.reduce((sum, output, place) => sum + output * weights[place], 0);
    };
    loss();
    const gradient = weights.slice();
    reluRowsBackward({ elements: outputs.length }, { rows: 0, gradient: 0 }, { rows: outputs, gradient });
    const patchesGradient = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < taps; k++) {
        for (let filter = 0; filter < filters; filter++) {
          patchesGradient[row * columns + k] += gradient[row * filters + filter] * kernel[filter * taps + k];
        }
      }
    }
    const sourceGradient = new Float64Array(source.length);
    patchesBackward(shape, {}, { patchesGradient, sourceGradient });
    expect(Math.max(...sourceGradient.map(Math.abs))).toBeGreaterThan(0.1);
    for (let i = 0; i < source.length; i++) expect(sourceGradient[i]).toBeCloseTo(centralDifference(loss, source, i), 7);
  });
});
