export type Point = readonly [x: number, y: number];

/** A line of the pen: through its corners, or rounded off between them. */
export interface Stroke {
  readonly round: boolean;
  readonly points: readonly Point[];
}

const straight = (...points: Point[]): Stroke => ({ round: false, points });
const round = (...points: Point[]): Stroke => ({ round: true, points });

const six: readonly Stroke[] = [
  round([0.85, 0], [0.3, 0.05], [0, 0.5], [0, 1.05], [0.5, 1.05], [1, 1.05], [1, 0.45], [0.5, 0.45], [0.1, 0.5], [0.04, 0.7]),
];

/** Turned by 180 degrees around the middle. */
function upsideDown(strokes: readonly Stroke[]): readonly Stroke[] {
  return strokes.map(({ round, points }) => ({ round, points: points.map(([x, y]) => [1 - x, 1 - y] as const) }));
}

/** The ways to write each digit, in a box from 0 to 1, y pointing down. */
export const ways: readonly (readonly (readonly Stroke[])[])[] = [
  [[round([0.5, 0], [1.05, 0], [1.05, 0.5], [1.05, 1], [0.5, 1], [-0.05, 1], [-0.05, 0.5], [-0.05, 0], [0.5, 0])]],
  [
    [straight([0.5, 0], [0.5, 1])],
    [straight([0.2, 0.25], [0.55, 0], [0.55, 1])],
    [straight([0.2, 0.25], [0.55, 0], [0.55, 1]), straight([0.2, 1], [0.9, 1])],
  ],
  [[round([0, 0.3], [0.05, -0.05], [1, -0.1], [1.05, 0.4], [0.6, 0.6], [0, 1]), straight([0, 1], [1, 1])]],
  [
    [
      round([0.05, 0.1], [0.4, -0.05], [1, -0.05], [1, 0.45], [0.4, 0.47]),
      round([0.4, 0.47], [1.05, 0.45], [1.1, 1.05], [0.5, 1.05], [0, 0.88]),
    ],
  ],
  [[straight([0.7, 1], [0.7, 0], [0, 0.65], [1, 0.65])], [straight([0.1, 0], [0.05, 0.55], [1, 0.55]), straight([0.75, 0.15], [0.75, 1])]],
  [[straight([0.95, 0], [0.15, 0], [0.1, 0.45]), round([0.1, 0.45], [0.5, 0.3], [1.1, 0.4], [1.05, 1.05], [0.4, 1.05], [0, 0.9])]],
  [six],
  [[straight([0, 0], [1, 0], [0.35, 1])], [straight([0, 0], [1, 0], [0.35, 1]), straight([0.3, 0.52], [0.95, 0.52])]],
  [
    [
      round([0.5, 0.47], [0.05, 0.45], [0.05, 0], [0.5, 0], [0.95, 0], [0.95, 0.45], [0.5, 0.47]),
      round([0.5, 0.47], [-0.05, 0.5], [-0.05, 1.03], [0.5, 1.03], [1.05, 1.03], [1.05, 0.5], [0.5, 0.47]),
    ],
  ],
  [upsideDown(six), [round([0.95, 0.3], [0.9, -0.05], [0.05, -0.1], [0, 0.3], [0.3, 0.6], [0.95, 0.4]), straight([0.95, 0.15], [0.85, 1])]],
];
