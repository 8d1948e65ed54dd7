import { expect, test } from 'vitest';
import { readOptions, UsageError } from './options.mjs';

test('sizes are the same with and without their task', () => {
  const { sizes } = readOptions(['--sizes', 'A-16x32x64,16x32x64, B-1x2x3']);
  expect(sizes.map((size) => size.size)).toEqual(['16x32x64', '16x32x64', 'B-1x2x3']);
  expect(sizes[0].workload).toEqual({ task: 'A', cell: 'lstm', B: 16, T: 32, H: 64, I: 64, O: 64 });
  expect(sizes[2].workload).toEqual({ task: 'B', cell: 'lstm', B: 1, T: 2, H: 3, I: 8, O: 2 });
});

test('every size is measured with every cell', () => {
  const { sizes } = readOptions(['--sizes', '1x2x3,4x5x6', '--cells', 'gru,rnn-tanh']);
  expect(sizes.map(({ size, cell, workload }) => [size, cell, workload.cell])).toEqual([
    ['1x2x3', 'gru', 'gru'],
    ['1x2x3', 'rnn-tanh', 'rnn-tanh'],
    ['4x5x6', 'gru', 'gru'],
    ['4x5x6', 'rnn-tanh', 'rnn-tanh'],
  ]);
  expect(() => readOptions(['--cells', 'elman'])).toThrow('--cells must be of lstm, gru, rnn-tanh, got elman');
});

test('tfjs-webgpu is its clipped form and may take five minutes', () => {
  const { peers } = readOptions(['--peers', 'tfjs-webgpu,tfjs-webgpu-clip,tfjs-webgpu-stock,jaxjs-wasm']);
  expect(peers.map(({ peer, variant, capSeconds }) => [peer, variant.join(), capSeconds])).toEqual([
    ['tfjs-webgpu', 'webgpu,clip', 300],
    ['tfjs-webgpu', 'webgpu,clip', 300],
    ['tfjs-webgpu-stock', 'webgpu', 300],
    ['jaxjs-wasm', 'wasm', 60],
  ]);
});

test('a cap on the command line holds for every peer', () => {
  const { peers } = readOptions(['--peers', 'tfjs-webgpu,retrograde', '--cap', '15']);
  expect(peers.map(({ capSeconds }) => capSeconds)).toEqual([15, 15]);
});

test('by default we run beside the peers', () => {
  expect(readOptions([]).peers.map(({ peer }) => peer)).toEqual(['retrograde', 'jaxjs-webgpu', 'jaxjs-wasm', 'tfjs-wasm', 'tfjs-webgpu']);
});

test.each([
  [['--sizes', '16x32'], /--sizes must be .* got 16x32$/],
  [['--sizes', '0x32x64'], /got 0x32x64$/],
  [['--peers', 'keras'], /--peers must be among retrograde, .* got keras$/],
  [['--peers', 'toString'], /got toString$/],
  [['--cap', 'long'], /--cap must be a positive number, got long/],
  [['--steps', '0'], /--steps must be a positive number, got 0/],
  [['--host', 'deno'], /--host must be chromium or node, got deno/],
  [['--size', '1x1x1'], /--size/],
])('%j is refused with one sentence', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(message);
});
