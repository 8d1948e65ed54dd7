/** Signals over one another: noisy, clean, and what the network makes of the noisy one. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';
import { useIsLow, useWidth } from '../drawing/hooks.ts';
import { ValueAxis } from './forecast-result.tsx';
import { frameOf, pathOf } from './lines.ts';

const heights = { low: 160, usual: 200 };
const left = 52;

export function SignalResult({ result: { input, output, truth } }: { readonly result: Extract<Result, { kind: 'signal' }> }): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const height = useIsLow() ? heights.low : heights.usual;
  const frame = frameOf(Math.max(80, width - left - 8), height, input.length, input, output, truth ?? []);
  return (
    <div class="signal" ref={ref}>
      {width > 0 && (
        <svg width={width} height={height + 8} role="img" aria-label="Noisy input, output of the network and clean signal">
          <g transform={`translate(${left} 4)`}>
            <ValueAxis frame={frame} />
            <path class="line of-noisy" d={pathOf(frame, input)} />
            {truth && <path class="line of-truth is-after" d={pathOf(frame, truth)} />}
            <path class="line of-foretold" d={pathOf(frame, output)} />
          </g>
        </svg>
      )}
      <p class="legend">
        <span class="swatch of-noisy">noisy, what it reads</span>
        <span class="swatch of-foretold">what it says</span>
        {truth && <span class="swatch of-truth">clean (dashed)</span>}
      </p>
    </div>
  );
}
