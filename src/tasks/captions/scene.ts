export const shapes = ['circle', 'square', 'triangle', 'cross', 'ring', 'diamond'] as const;
export const colours = ['red', 'green', 'blue', 'yellow', 'purple', 'orange', 'white'] as const;
export const sizes = ['small', 'large'] as const;
/** From the upper left, row by row. */
export const places = [
  'in the upper left',
  'at the top',
  'in the upper right',
  'on the left',
  'in the center',
  'on the right',
  'in the lower left',
  'at the bottom',
  'in the lower right',
] as const;
/** Where the large one of two objects is, seen from the small one. */
export const relations = ['above', 'below', 'left of', 'right of'] as const;

export type Shape = (typeof shapes)[number];
export type Colour = (typeof colours)[number];

/** One object. */
export interface Scene {
  readonly size: (typeof sizes)[number];
  readonly colour: Colour;
  readonly shape: Shape;
  readonly place: (typeof places)[number];
}

/** Two objects, one large and one small; the large one is named first, so that a picture has one caption. */
export interface RelatedScene {
  readonly largeColour: Colour;
  readonly largeShape: Shape;
  readonly relation: (typeof relations)[number];
  readonly smallColour: Colour;
  readonly smallShape: Shape;
}

/** "a small red circle in the upper left" */
export function captionOf({ size, colour, shape, place }: Scene): string {
  return `a ${size} ${colour} ${shape} ${place}`;
}

/** "a large red circle above a small blue square" */
export function relatedCaptionOf({ largeColour, largeShape, relation, smallColour, smallShape }: RelatedScene): string {
  return `a large ${largeColour} ${largeShape} ${relation} a small ${smallColour} ${smallShape}`;
}

/** All 756 scenes of one object. */
export const scenes: readonly Scene[] = combinations({ size: sizes, colour: colours, shape: shapes, place: places });

/** All 7,056 scenes of two objects. */
export const relatedScenes: readonly RelatedScene[] = combinations({
  largeColour: colours,
  largeShape: shapes,
  relation: relations,
  smallColour: colours,
  smallShape: shapes,
});

type Attributes = Readonly<Record<string, readonly string[]>>;
type Combination<Lists extends Attributes> = { readonly [Name in keyof Lists]: Lists[Name][number] };

/** Every choice of one value per attribute, the last attribute running fastest. */
function combinations<Lists extends Attributes>(lists: Lists): Combination<Lists>[] {
  return Object.entries(lists).reduce<Record<string, string>[]>(
    (partial, [name, values]) => partial.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  ) as Combination<Lists>[];
}
