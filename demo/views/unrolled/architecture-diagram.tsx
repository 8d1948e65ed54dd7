/** One of the five small diagrams from which an architecture is chosen. */
import type { JSX } from 'preact';
import type { Architecture } from '../../../src/index.ts';
import { unrolledGeometry } from './geometry.ts';
import { NetworkDiagram } from './network-diagram.tsx';

/** What each architecture is for, in a few words. */
export const architectureWords: Readonly<Record<Architecture, { readonly name: string; readonly use: string }>> = {
  'one-to-one': { name: 'One to one', use: 'says what comes next, then reads it' },
  'one-to-many': { name: 'One to many', use: 'a picture becomes a sentence' },
  'many-to-one': { name: 'Many to one', use: 'a sentence becomes a verdict' },
  'many-to-many': { name: 'Many to many', use: 'every step has its answer: text, tags, signals' },
  'encoder-decoder': { name: 'Encoder-decoder', use: 'reads it all, then writes: translation, answers' },
};

export interface ArchitectureDiagramProps {
  readonly architecture: Architecture;
  readonly moving?: boolean;
  /** CSS pixels; default 120 by 72. */
  readonly width?: number;
}

export function ArchitectureDiagram({ architecture, moving = false, width = 120 }: ArchitectureDiagramProps): JSX.Element {
  const isPair = architecture === 'encoder-decoder';
  const columns = isPair ? 2 : 4;
  const written = isPair ? 2 : 4;
  const unrolled = unrolledGeometry({ architecture, layers: 1, columns, written, width, row: 24, cell: 14 });
  return <NetworkDiagram unrolled={unrolled} cell={14} label={`${architectureWords[architecture].name}, unrolled`} moving={moving} />;
}
