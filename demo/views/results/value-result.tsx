/** A value that the network arrives at while it reads. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';
import { figure } from '../drawing/format.ts';
import { useWidth } from '../drawing/hooks.ts';
import { ValueAxis } from './forecast-result.tsx';
import { across, frameOf, pathOf, up } from './lines.ts';

const height = 160;
const left = 52;

export function ValueResult({
  result: { sequence, values, value, truth },
}: {
  readonly result: Extract<Result, { kind: 'value' }>;
}): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const lines = sequence[0].map((_, component) => sequence.map((vector) => vector[component]));
  const frame = frameOf(Math.max(80, width - left - 8), height, sequence.length, values, truth === undefined ? [] : [truth], ...lines);
  return (
    <div class="valued" ref={ref}>
      {width > 0 && (
        <svg
          width={width}
          height={height + 8}
          role="img"
          aria-label={`What the network says after each of ${sequence.length} time steps, ${figure(value)} at the end`}
        >
          <g transform={`translate(${left} 4)`}>
            <ValueAxis frame={frame} />
            {lines.map((line, index) => (
              <path key={index} class="line of-noisy" d={pathOf(frame, line)} />
            ))}
            {truth !== undefined && (
              <line class="line of-truth is-after" x1="0" x2={frame.width} y1={up(frame, truth)} y2={up(frame, truth)} />
            )}
            <path class="line of-foretold" d={pathOf(frame, values)} />
            <circle class="dot of-foretold" cx={across(frame, values.length - 1)} cy={up(frame, value)} r="3.5" />
          </g>
        </svg>
      )}
      <p class="legend">
        <span class="swatch of-noisy">what it reads</span>
        <span class="swatch of-foretold">what it says so far: {figure(value)}</span>
        {truth !== undefined && <span class="swatch of-truth">right is {figure(truth)} (dashed)</span>}
      </p>
    </div>
  );
}
