/** A forecast over what was known, with the path that came instead. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Result } from '../../protocol.ts';
import { figure } from '../drawing/format.ts';
import { useIsLow, useWidth } from '../drawing/hooks.ts';
import { across, type Frame, frameOf, pathOf, up } from './lines.ts';

export interface ForecastResultProps {
  readonly result: Extract<Result, { kind: 'forecast' }>;
  /** Lets the visitor drag where the forecast begins: called with how many of all known values are context. */
  readonly onStart?: (known: number) => void;
}

const heights = { low: 150, usual: 220 };
const left = 52;

export function ForecastResult({ result: { context, foretold, truth }, onStart }: ForecastResultProps): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const height = useIsLow() ? heights.low : heights.usual;
  const known = context.length;
  const values = [...context, ...(truth ?? [])];
  const frame = frameOf(Math.max(80, width - left - 8), height, Math.max(values.length, known + foretold.length), values, foretold);
  const isForetold = foretold.length > 0;
  const end = across(frame, known + (isForetold ? foretold.length : (truth?.length ?? 0)) - 1);
  const start = across(frame, known - 1);
  const least = Math.max(2, Math.ceil(values.length * 0.2));
  /** What was asked for last, until its forecast is there. */
  const [asked, setAsked] = useState<number>();
  useEffect(() => setAsked(undefined), [known]);
  const startAt = (wanted: number): void => {
    const bounded = Math.max(least, Math.min(values.length, wanted));
    if (bounded === (asked ?? known)) return;
    setAsked(bounded);
    onStart?.(bounded);
  };
  const drag = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    startAt(1 + Math.round((at / frame.width) * (frame.count - 1)));
  };
  return (
    <div class="forecast" ref={ref}>
      {width > 0 && (
        <svg
          width={width}
          height={height + 24}
          role="img"
          class={onStart && 'can-start'}
          onPointerDown={(event) => {
            if (!onStart) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            drag(event);
          }}
          onPointerMove={(event) => onStart && event.buttons === 1 && drag(event)}
          aria-label={
            isForetold
              ? `Forecast of ${foretold.length} values after ${known}${truth ? ', with what came instead' : ''}`
              : `${known} values, and the ${truth?.length ?? 0} that came`
          }
        >
          <g transform={`translate(${left} 4)`}>
            <ValueAxis frame={frame} />
            <rect class="horizon" x={start} y="0" width={end - start} height={height} />
            <path class="line of-truth" d={pathOf(frame, context)} />
            {truth && <path class="line of-truth is-after" d={pathOf(frame, [context[known - 1], ...truth], known - 1)} />}
            {isForetold && (
              <>
                <path class="line of-foretold" d={pathOf(frame, [context[known - 1], ...foretold], known - 1)} />
                <circle class="dot of-foretold" cx={end} cy={up(frame, foretold[foretold.length - 1])} r="3.5" />
              </>
            )}
            <text class="tick" x={start} y={height + 16} text-anchor="middle">
              now
            </text>
          </g>
        </svg>
      )}
      {onStart && (
        <label class="drag-start">
          Forecast from
          <input
            type="range"
            min={least}
            max={values.length}
            value={asked ?? known}
            onInput={(event) => startAt(Number(event.currentTarget.value))}
          />
          <output>value {asked ?? known}</output>
        </label>
      )}
      <p class="legend">
        <span class="swatch of-truth">known{truth ? ', and what came (dashed)' : ''}</span>
        {isForetold && <span class="swatch of-foretold">foretold, each value from those it foretold before</span>}
        {isForetold && truth && <span class="fact">{figure(meanError(foretold, truth))} off on average</span>}
      </p>
    </div>
  );
}

/** Over the values of which it is known what came. */
function meanError(foretold: readonly number[], truth: readonly number[]): number {
  const both = Math.min(foretold.length, truth.length);
  return foretold.slice(0, both).reduce((sum, value, index) => sum + Math.abs(value - truth[index]), 0) / both;
}

/** Three values and their hairlines. */
export function ValueAxis({ frame }: { readonly frame: Frame }): JSX.Element {
  const values = [0.08, 0.5, 0.92].map((share) => frame.low + (frame.high - frame.low) * share);
  return (
    <g class="axis">
      {values.map((value) => (
        <g key={value}>
          <line x1="0" x2={frame.width} y1={up(frame, value)} y2={up(frame, value)} />
          <text class="tick" x="-8" y={up(frame, value) + 4} text-anchor="end">
            {figure(value)}
          </text>
        </g>
      ))}
    </g>
  );
}
