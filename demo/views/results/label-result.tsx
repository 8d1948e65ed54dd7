/** What is read, one thing at a time, and what the network thinks after each: the verdict as it grows. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';
import { percent } from '../drawing/format.ts';
import { useWidth } from '../drawing/hooks.ts';
import { Truth } from './caption-result.tsx';

type Labelled = Extract<Result, { kind: 'label' | 'sequence-label' }>;

const height = 96;

export function LabelResult({ result }: { readonly result: Labelled }): JSX.Element {
  const { labels, probabilities, label, truth } = result;
  const last = probabilities[probabilities.length - 1] ?? [];
  const chosen = labels.indexOf(label);
  return (
    <div class="labelled">
      {result.kind === 'label' ? (
        <GrowingSentence tokens={result.tokens} labels={labels} probabilities={probabilities} chosen={chosen} />
      ) : (
        <Rows sequence={result.sequence} />
      )}
      <Thoughts labels={labels} probabilities={probabilities} chosen={chosen} />
      <p class="said">
        {label} <span class="fact">{percent(last[chosen] ?? Number.NaN)}</span>
      </p>
      <Truth said={label} truth={truth} />
      {result.kind === 'label' && (
        <p class="fact">
          Underlined: how likely “{label}” was after each word. <span class="is-for">These words</span> spoke for it,{' '}
          <span class="is-against">these</span> against.
        </p>
      )}
    </div>
  );
}

interface GrowingProps {
  readonly tokens: readonly string[];
  readonly labels: readonly string[];
  readonly probabilities: readonly (readonly number[])[];
  readonly chosen: number;
}

/** Each word underlined by how likely the final label is after it. */
function GrowingSentence({ tokens, labels, probabilities, chosen }: GrowingProps): JSX.Element {
  return (
    <p class="growing">
      {tokens.map((token, t) => {
        const share = probabilities[t]?.[chosen] ?? 0;
        const before = t === 0 ? 1 / labels.length : (probabilities[t - 1]?.[chosen] ?? 0);
        const change = share - before;
        return (
          <span
            key={t}
            class={`grown${change > 0.1 ? ' is-for' : change < -0.1 ? ' is-against' : ''}`}
            title={`after “${token}”: ${labels[chosen]} ${percent(share)}`}
          >
            {token}{' '}
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect class="meter-track" width="100" height="4" />
              <rect class="grown-bar" width={100 * share} height="4" />
            </svg>
          </span>
        );
      })}
    </p>
  );
}

/** Probability of each label over time; the chosen one stands out. */
function Thoughts({ labels, probabilities, chosen }: Omit<GrowingProps, 'tokens'>): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const count = probabilities.length;
  const room = Math.max(40, width - 40);
  const x = (t: number): number => 32 + (count === 1 ? room / 2 : (t / (count - 1)) * room);
  const y = (share: number): number => 4 + (1 - share) * (height - 8);
  const path = (label: number): string =>
    probabilities.map((line, t) => `${t === 0 ? 'M' : 'L'}${x(t).toFixed(1)} ${y(line[label]).toFixed(1)}`).join('');
  return (
    <div class="thoughts" ref={ref}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={`Probability of ${labels[chosen]} after each of ${count} time steps`}>
          {[0, 0.5, 1].map((share) => (
            <g key={share} class="axis">
              <line x1="32" x2={width - 8} y1={y(share)} y2={y(share)} />
              <text class="tick" x="26" y={y(share) + 4} text-anchor="end">
                {share}
              </text>
            </g>
          ))}
          {labels.map((label, index) => (index === chosen ? null : <path key={label} class="line of-noisy" d={path(index)} />))}
          <path class="line of-foretold" d={path(chosen)} />
        </svg>
      )}
    </div>
  );
}

/** Vectors read from the top down, as a drawing is. */
export function Rows({ sequence }: { readonly sequence: readonly (readonly number[])[] }): JSX.Element {
  const size = sequence[0]?.length ?? 1;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of sequence.flat()) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const span = high - low || 1;
  return (
    <svg
      class="rows"
      viewBox={`0 0 ${size} ${sequence.length}`}
      role="img"
      aria-label={`${sequence.length} rows of ${size} values, read from the top`}
    >
      {sequence.flatMap((row, t) =>
        row.map((value, component) => (
          <rect
            key={t * size + component}
            x={component}
            y={t}
            width="1.02"
            height="1.02"
            fill-opacity={((value - low) / span).toFixed(2)}
          />
        )),
      )}
    </svg>
  );
}
