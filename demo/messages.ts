/** Everything that the page and its training worker say to each other. */
import type { Cell } from '../src/index.ts';

/** What a run starts from. Numbers come as typed: the engine is the one that judges them. */
export interface Settings {
  readonly text: string;
  readonly cell: Cell;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly seed: number;
  readonly temperature: number;
}

export type RunState = 'idle' | 'preparing' | 'running' | 'paused';

export type ToWorker =
  | { readonly kind: 'open' }
  | { readonly kind: 'start'; readonly settings: Settings }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** One training step; starts a run, paused, when there is none. */
  | { readonly kind: 'step'; readonly settings: Settings }
  | { readonly kind: 'reset' }
  | { readonly kind: 'learning-rate'; readonly value: number }
  | { readonly kind: 'temperature'; readonly value: number };

/** One training step. */
export interface StepPoint {
  readonly step: number;
  /** Nats per character. */
  readonly loss: number;
  /** Before the clip. */
  readonly gradientNorm: number;
}

export type FromWorker =
  | { readonly kind: 'adapter'; readonly name: string; readonly software: boolean }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'steps'; readonly points: readonly StepPoint[]; readonly tokensPerSecond: number; readonly bytes: number }
  | { readonly kind: 'validation'; readonly step: number; readonly loss: number }
  | { readonly kind: 'sample'; readonly step: number; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** One sentence for the visitor; `input`: something that was typed, `gpu`: the browser or the machine. */
export interface Problem {
  readonly cause: 'input' | 'gpu' | 'failure';
  readonly message: string;
}
