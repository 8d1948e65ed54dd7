/** What the network makes of an example, drawn as what it is. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';
import { CaptionResult } from './caption-result.tsx';
import { ForecastResult } from './forecast-result.tsx';
import { LabelResult } from './label-result.tsx';
import { MelodyResult } from './melody-result.tsx';
import { PairResult } from './pair-result.tsx';
import { SignalResult } from './signal-result.tsx';
import { TagsResult } from './tags-result.tsx';
import { TextResult } from './text-result.tsx';
import { ValueResult } from './value-result.tsx';

export interface ResultViewProps {
  readonly result: Result;
  /** Of a forecast: lets the visitor drag where it begins; called with how many of the known values are context. */
  readonly onStart?: (known: number) => void;
}

export function ResultView({ result, onStart }: ResultViewProps): JSX.Element {
  switch (result.kind) {
    case 'text':
      return <TextResult result={result} />;
    case 'melody':
      return <MelodyResult result={result} />;
    case 'forecast':
      return <ForecastResult result={result} onStart={onStart} />;
    case 'caption':
      return <CaptionResult result={result} />;
    case 'label':
    case 'sequence-label':
      return <LabelResult result={result} />;
    case 'value':
      return <ValueResult result={result} />;
    case 'tags':
      return <TagsResult result={result} />;
    case 'signal':
      return <SignalResult result={result} />;
    case 'pair':
      return <PairResult result={result} />;
  }
}
