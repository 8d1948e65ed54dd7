/**
 * What the built-in tasks generate and what the readers of the user's files return: plain examples, the same for both, so that a task that is
 * exported and read again is the same task. One type per form of file.
 */

/** A text and what it is called: sentiment. File: `.csv` with the columns `text,label`. Many-to-one. */
export interface LabeledText {
  readonly kind: 'labeled-text';
  readonly text: string;
  readonly label: string;
}

/** Vectors over time and the class that they belong to: drawings read row by row. File: `.csv` with `sequence,label`, see formats/sequence-field.ts. Many-to-one. */
export interface LabeledSequence {
  readonly kind: 'labeled-sequence';
  /** One vector per time step, all of the same size. */
  readonly sequence: readonly (readonly number[])[];
  readonly label: string;
}

/** Vectors over time and the one value that they mean: adding, frequency. File: `.csv` with `sequence,value`, see formats/sequence-field.ts. Many-to-one. */
export interface ValuedSequence {
  readonly kind: 'valued-sequence';
  /** One vector per time step, all of the same size. */
  readonly sequence: readonly (readonly number[])[];
  readonly value: number;
}

/** A token and its tag at every step. File: `.tsv` (or `.csv`), a line `token<TAB>tag` each, an empty line after a sentence. Many-to-many. */
export interface TaggedSentence {
  readonly kind: 'tagged-sentence';
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
}

/** A signal and what it should become, value by value: denoising. File: `.csv` with `input,target`, an empty line after a signal. Many-to-many. */
export interface SignalPair {
  readonly kind: 'signal-pair';
  readonly input: readonly number[];
  readonly target: readonly number[];
}

/** A text and the text that answers it: translation, conversation. File: `.tsv`, a line `source<TAB>target` each. Encoder-decoder. */
export interface TextPair {
  readonly kind: 'text-pair';
  readonly source: string;
  readonly target: string;
}

/** A picture and the words for it. File: a folder of images with `captions.csv` (`file,caption`). One-to-many. */
export interface CaptionedImage {
  readonly kind: 'captioned-image';
  readonly image: Image;
  readonly caption: string;
}

/** Values in [0, 1], row by row, channels innermost. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red green blue. */
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** Numbers in a row, of which the last ones are to be foretold: prices. File: `.csv` with a numeric column. One-to-one. */
export interface Series {
  readonly kind: 'series';
  readonly values: readonly number[];
}

export type Example = LabeledText | LabeledSequence | ValuedSequence | TaggedSentence | SignalPair | TextPair | CaptionedImage | Series;
export type ExampleKind = Example['kind'];
export type ExampleOf<Kind extends ExampleKind> = Extract<Example, { readonly kind: Kind }>;
