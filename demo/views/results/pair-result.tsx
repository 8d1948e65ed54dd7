/** Source, what is written from it, and which source token each written one looked at. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Result } from '../../protocol.ts';
import { percent } from '../drawing/format.ts';
import { Truth } from './caption-result.tsx';

type Pair = Extract<Result, { kind: 'pair' }>;

export function PairResult({ result }: { readonly result: Pair }): JSX.Element {
  const { source, target, separator, truth, alignment } = result;
  const said = target.join(separator);
  return (
    <div class="pair">
      <div>
        <p class="pair-source">{source.join(separator)}</p>
        <p class="said">{said === '' ? '(it says nothing yet)' : said}</p>
        <Truth said={said} truth={truth} />
      </div>
      {alignment && target.length > 0 && <AttentionMatrix {...result} alignment={alignment} />}
    </div>
  );
}

const cell = 18;
const most = 40;

function AttentionMatrix({ source, target, alignment }: Pair & { readonly alignment: readonly (readonly number[])[] }): JSX.Element {
  const [here, point] = useState<{ readonly t: number; readonly s: number }>();
  const [columns, rows] = [source.slice(0, most), target.slice(0, most)];
  const widest = (words: readonly string[]): number => Math.max(...words.map((word) => Math.min(word.length, 14)));
  const left = 12 + 8 * widest(rows);
  const isLetters = widest(columns) <= 1;
  const top = isLetters ? 24 : 12 + 8 * widest(columns);
  const shown = (word: string): string => (word === ' ' ? '␣' : word.slice(0, 14));
  return (
    <figure class="attention">
      <div class="attention-scroll">
        <svg
          width={left + columns.length * cell + 4}
          height={top + rows.length * cell + 4}
          role="img"
          aria-label="How much each written token looked at each token that was read"
        >
          {columns.map((word, s) => (
            <text
              key={s}
              class={here?.s === s ? 'is-here' : ''}
              text-anchor={isLetters ? 'middle' : 'start'}
              transform={`translate(${left + (s + 0.5) * cell + (isLetters ? 0 : 4)} ${top - 6})${isLetters ? '' : ' rotate(-90)'}`}
            >
              {shown(word)}
            </text>
          ))}
          {rows.map((word, t) => (
            <g key={t} transform={`translate(0 ${top + t * cell})`}>
              <text class={here?.t === t ? 'is-here' : ''} x={left - 6} y={cell * 0.7} text-anchor="end">
                {shown(word)}
              </text>
              {columns.map((_, s) => (
                <rect
                  key={s}
                  class="looked"
                  x={left + s * cell}
                  width={cell - 1}
                  height={cell - 1}
                  fill-opacity={Math.min(1, 0.04 + (alignment[t]?.[s] ?? 0)).toFixed(3)}
                  onPointerEnter={() => point({ t, s })}
                  onPointerLeave={() => point(undefined)}
                />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <figcaption>
        <output class="fact">
          {here
            ? `“${rows[here.t]}” looked at “${columns[here.s]}” with ${percent(alignment[here.t]?.[here.s] ?? 0)} of its attention`
            : 'Attention: a line for each written token, darker where it looked.'}
        </output>
      </figcaption>
    </figure>
  );
}
