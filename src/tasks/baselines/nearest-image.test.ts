import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { indexOfNearestPicture, nearestImage } from './nearest-image.ts';

const named = (...pictures: [number[], string][]) => pictures.map(([picture, name]) => ({ picture, name }));

test('the share of pictures called by their name', () => {
  const train = named([[0, 0], 'dark'], [[1, 1], 'light'], [[0, 1], 'half']);
  expect(nearestImage(train, train)).toBe(1);
  expect(nearestImage(train, named([[0.1, 0.2], 'dark'], [[0.9, 0.7], 'light'], [[0.2, 0.9], 'half'], [[1, 0.9], 'white']))).toBe(0.75);
});

test('nothing to remember or nothing to ask is no success', () => {
  expect(nearestImage([], named([[0], 'a']))).toBe(0);
  expect(nearestImage(named([[0], 'a']), [])).toBe(0);
});

test('of equally near ones the first', () => {
  expect(indexOfNearestPicture([[5], [1], [3]])([2])).toBe(1);
});

test('finds what comparing all numbers finds', () => {
  const random = createRandom(1);
  const picture = () => Array.from({ length: 150 }, () => random.uniform());
  const pictures = Array.from({ length: 100 }, picture);
  const nearest = indexOfNearestPicture(pictures);
  for (let trial = 0; trial < 20; trial++) {
    const query = picture();
    const distances = pictures.map((other) => other.reduce((sum, value, at) => sum + (value - query[at]) ** 2, 0));
    expect(nearest(query)).toBe(distances.indexOf(Math.min(...distances)));
  }
});
