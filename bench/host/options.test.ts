import { expect, test } from 'vitest';
import { readOptions, UsageError } from './options.mjs';
import { capOf } from './sweep.mjs';

test('sizes are the same with and without their task, and measured once', () => {
  const { sizes } = readOptions(['--sizes', 'A-16x32x64,16x32x64, B-1x2x3']);
  expect(sizes.map((size) => size.size)).toEqual(['16x32x64', 'B-1x2x3']);
  expect(sizes[0].workload).toEqual({ work: 'train', task: 'A', cell: 'lstm', B: 16, T: 32, E: 0, L: 1, H: 64, I: 64, O: 64 });
  expect(sizes[1].workload).toMatchObject({ task: 'B', B: 1, T: 2, H: 3, I: 8, O: 2 });
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

test('char-rnn is a size with two layers and an embedding', () => {
  const { sizes } = readOptions(['--sizes', 'char-rnn']);
  expect(sizes[0]).toMatchObject({ size: 'char-rnn', workload: { B: 128, T: 16, I: 65, E: 128, L: 2, H: 512, O: 65 } });
});

test('inference is whole sequences at each size, and one stream for all sizes that differ in batch and time steps only', () => {
  const { sizes, peers } = readOptions(['--inference', '--sizes', '16x32x64,32x64x64,16x32x128,B-32x64x64']);
  expect(sizes.map(({ size, workload }) => [workload.work, size, workload.B, workload.H])).toEqual([
    ['sequences', '16x32x64', 16, 64],
    ['stream', '1x1x64', 1, 64],
    ['sequences', '32x64x64', 32, 64],
    ['sequences', '16x32x128', 16, 128],
    ['stream', '1x1x128', 1, 128],
    ['sequences', 'B-32x64x64', 32, 64],
    ['stream', 'B-1x1x64', 1, 64],
  ]);
  expect(peers.map(({ peer }) => peer)).toEqual(['retrograde', 'ort-webgpu', 'ort-wasm']);
});

test('a sweep goes up one axis in powers of two', () => {
  const sizesOf = (sweep: string) => readOptions(['--sweep', sweep]).sizes.map(({ axis, size }) => `${axis} ${size}`);
  expect(sizesOf('T')).toEqual([16, 32, 64, 128, 256, 512, 1024].map((T) => `T 16x${T}x64`));
  expect(sizesOf('H,B')).toEqual([
    ...[32, 64, 128, 256, 512, 1024].map((H) => `H 16x32x${H}`),
    ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((B) => `B ${B}x32x64`),
  ]);
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

test('a cap on the command line holds for every peer; without it a peer or a size may ask for more than a minute', () => {
  const caps = (...args: string[]) => {
    const options = readOptions(['--peers', 'tfjs-webgpu,retrograde', '--sizes', 'char-rnn,1x1x1', ...args]);
    return options.sizes.map((size) => options.peers.map((entry) => capOf(entry, size, options)));
  };
  expect(caps('--cap', '15')).toEqual([
    [15, 15],
    [15, 15],
  ]);
  expect(caps()).toEqual([
    [300, 300],
    [300, 60],
  ]);
});

test('by default we run beside the peers', () => {
  expect(readOptions([]).peers.map(({ peer }) => peer)).toEqual(['retrograde', 'jaxjs-webgpu', 'jaxjs-wasm', 'tfjs-wasm', 'tfjs-webgpu']);
});

test.each([
  [['--sizes', '16x32'], /--sizes must be .* got 16x32$/],
  [['--sizes', '0x32x64'], /got 0x32x64$/],
  [['--sweep', 'L'], /--sweep must be of T, H, B, got L/],
  [['--sweep', 'T', '--sizes', '1x1x1'], /--sweep has sizes of its own/],
  [['--inference', '--peers', 'retrograde,tfjs-wasm'], /with --inference --peers must be among retrograde, .* got tfjs-wasm/],
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
