/** Which tokens or rows one training step reads, as the numbers of its control buffer. */
import type { TokenWindow } from '../data/token-stream.ts';

/** Where the rows of a step begin, and how many targets count in it. */
export interface StepWindow {
  readonly starts: Uint32Array;
  readonly targetStarts: Uint32Array;
  readonly ends: Uint32Array;
  /** 1 for each row that starts anew; the others read on. */
  readonly anew: Uint32Array;
  readonly targetCount: number;
  /** Targets that would count if all rows started anew. */
  readonly wholeCount: number;
  /** Encoder-decoder: where what is read begins and ends. */
  readonly sources?: { readonly starts: Uint32Array; readonly ends: Uint32Array };
}

/** A stream's window, whose tokens begin at element `base` of the token data; targets are the next tokens. */
export function streamWindow({ starts, ends, anew, targetCount }: TokenWindow, base: number): StepWindow {
  const inputs = starts.map((start) => start + base);
  const wholeCount = ends.reduce((sum, end, row) => sum + end - starts[row], 0);
  return {
    starts: inputs,
    targetStarts: inputs.map((start) => start + 1),
    ends: ends.map((end) => end + base),
    anew,
    targetCount,
    wholeCount,
  };
}
