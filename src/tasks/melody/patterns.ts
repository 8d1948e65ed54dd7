/** What tunes are made of: a few of each, so that who has heard many tunes knows them all, and must only remember which this tune took. */

/** Rhythms of a bar in eighths, by how long a bar is: 8 in common time, 6 in a waltz. */
export const rhythms: Readonly<Record<8 | 6, readonly (readonly number[])[]>> = {
  8: [
    [2, 2, 2, 2],
    [3, 1, 2, 2],
    [2, 1, 1, 4],
    [4, 2, 2],
    [1, 1, 2, 4],
    [2, 2, 1, 1, 2],
    [3, 1, 4],
    [2, 4, 2],
  ],
  6: [
    [2, 2, 2],
    [3, 1, 2],
    [4, 2],
    [2, 1, 1, 2],
    [1, 1, 2, 2],
    [2, 4],
    [1, 1, 1, 1, 2],
    [2, 3, 1],
  ],
};

/** Steps of the scale above the chord's root, note by note; as many are taken as the bar has notes. */
export const contours: readonly (readonly number[])[] = [
  [0, 2, 4, 2, 0],
  [0, 1, 2, 3, 4],
  [4, 3, 2, 1, 0],
  [2, 1, 0, 1, 2],
  [0, 4, 2, 3, 1],
  [2, 4, 3, 1, 2],
  [4, 2, 0, 2, 4],
  [0, 0, 2, 1, 0],
];

/** Roots of the chords of a phrase's first two bars, in steps of the scale: 0 is the tonic, 4 the dominant. */
export const progressions = {
  verse: [
    [0, 3],
    [0, 5],
    [0, 4],
    [0, 1],
  ],
  bridge: [
    [3, 0],
    [5, 2],
    [4, 0],
    [1, 4],
  ],
} as const;

/** Cadences by how long a bar is: rhythm, and steps above the root that the phrase comes to rest on. */
export const cadences: Readonly<Record<8 | 6, readonly { readonly rhythm: readonly number[]; readonly steps: readonly number[] }[]>> = {
  8: [
    { rhythm: [2, 2, 4], steps: [2, 1, 0] },
    { rhythm: [4, 4], steps: [1, 0] },
    { rhythm: [2, 6], steps: [4, 0] },
  ],
  6: [
    { rhythm: [2, 4], steps: [1, 0] },
    { rhythm: [1, 1, 4], steps: [2, 1, 0] },
    { rhythm: [6], steps: [0] },
  ],
};

/** The three keys: their scales between C4 and E5, ten notes each, and where in those the tonic stands. */
export const keys: readonly { readonly pitches: readonly number[]; readonly tonic: number }[] = [
  { pitches: [60, 62, 64, 65, 67, 69, 71, 72, 74, 76], tonic: 0 },
  { pitches: [60, 62, 64, 65, 67, 69, 70, 72, 74, 76], tonic: 3 },
  { pitches: [60, 62, 64, 66, 67, 69, 71, 72, 74, 76], tonic: 4 },
];
