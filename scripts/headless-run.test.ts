import { expect, it } from 'vitest';
import { hasDisplay, progressLine, requireFall } from './headless-run.mjs';

it.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { DISPLAY: ':0', CI: 'true' }, false],
  ['darwin', {}, true],
  ['win32', { CI: '1' }, false],
])('on %s with %j says display: %s', (platform, env, expected) => {
  expect(hasDisplay({ platform, env })).toBe(expected);
});

it('prints a line of progress', () => {
  const reading = { step: '120', training: '2.311', validation: '2.402', rate: '25,300', problem: '', sample: '', sampleStep: '' };
  expect(progressLine(reading)).toBe('step   120   loss 2.311   validation 2.402   25,300 tokens/s');
});

it('refuses a loss that does not fall', () => {
  expect(() => requireFall(4.2, 2.1, '300')).not.toThrow();
  expect(() => requireFall(4.2, 4.15, '300')).toThrow(
    'The loss must fall while the page trains, got 4.2 at first and 4.15 after 300 steps.',
  );
  expect(() => requireFall(4.2, Number.NaN, '300')).toThrow('must fall');
});
