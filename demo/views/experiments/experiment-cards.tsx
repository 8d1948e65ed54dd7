/** Questions about recurrent networks, each a click: measured on this machine, drawn, with the sentence that says what is seen. */
import type { JSX } from 'preact';
import type { ExperimentResult, Row } from '../../../src/experiments/experiment.ts';
import { figure } from '../drawing/format.ts';
import { LineFigure } from './line-figure.tsx';

export type ExperimentName = 'gradients' | 'gain' | 'explosion' | 'recall' | 'relu';

export interface ExperimentState {
  readonly state: 'running' | 'done' | 'failed';
  /** Figures so far. */
  readonly rows: readonly Row[];
  readonly result?: ExperimentResult;
  readonly problem?: string;
}

export interface ExperimentCardsProps {
  /** By name; absent: not begun. */
  readonly states: Readonly<Partial<Record<ExperimentName, ExperimentState>>>;
  readonly onRun: (name: ExperimentName) => void;
  readonly onStop: (name: ExperimentName) => void;
  /** While training runs, experiments wait for the same GPU; said on the card. */
  readonly isBusy?: boolean;
}

interface Card {
  readonly name: ExperimentName;
  readonly question: string;
  readonly what: string;
  readonly formula: string;
}

const cards: readonly Card[] = [
  {
    name: 'gradients',
    question: 'Does the gradient arrive?',
    what: 'tanh, ReLU, GRU and LSTM, each started in several ways: how much of the gradient is left after 200 time steps back.',
    formula: '‖∂L/∂h₁‖ / ‖∂L/∂h_T‖',
  },
  {
    name: 'gain',
    question: 'How strong may the memory be?',
    what: 'tanh networks whose recurrent weights begin at 0.5, 1.0 and 1.5 times an orthogonal matrix, each trained without a clip and with one.',
    formula: '‖U‖ = 0.5 · 1.0 · 1.5',
  },
  {
    name: 'explosion',
    question: 'What does a clip save?',
    what: 'A ReLU network whose recurrent weights double what goes through them, trained without a clip and with one.',
    formula: 'g ← g · min(1, 1 / ‖g‖)',
  },
  {
    name: 'recall',
    question: 'Who remembers longest?',
    what: 'One of 8 symbols, then noise, then the question which it was, after 10, 50 and 200 time steps.',
    formula: 'chance: ln 8 = 2.08 nats',
  },
  {
    name: 'relu',
    question: 'Why start from the identity?',
    what: 'ReLU networks that begin with the identity, an orthogonal matrix, or small random numbers, on the same recall.',
    formula: 'h_t = relu(W x_t + I h_{t−1})',
  },
];

export function ExperimentCards(props: ExperimentCardsProps): JSX.Element {
  const isOneRunning = Object.values(props.states).some((state) => state?.state === 'running');
  return (
    <section class="experiments" aria-label="Experiments">
      {cards.map((card) => (
        <ExperimentCard key={card.name} card={card} isBlocked={isOneRunning} {...props} />
      ))}
    </section>
  );
}

function ExperimentCard({
  card: { name, question, what, formula },
  states,
  onRun,
  onStop,
  isBusy = false,
  isBlocked,
}: ExperimentCardsProps & { readonly card: Card; readonly isBlocked: boolean }): JSX.Element {
  const state = states[name];
  const isRunning = state?.state === 'running';
  return (
    <article class={`experiment${state ? ' is-open' : ''}`}>
      <h3>{question}</h3>
      <p>{what}</p>
      <p class="formula">{formula}</p>
      <p class="experiment-foot">
        <button
          type="button"
          disabled={!isRunning && isBlocked}
          onClick={() => (isRunning ? onStop(name) : onRun(name))}
          aria-label={`${isRunning ? 'Stop' : 'Run'}: ${question}`}
        >
          {isRunning ? 'Stop' : state?.result ? 'Run again' : 'Run'}
        </button>
        <span class="fact" role="status">
          {isRunning
            ? `${state.rows.length} ${state.rows.length === 1 ? 'case' : 'cases'} measured`
            : isBusy && !state
              ? 'training pauses meanwhile'
              : ''}
        </span>
      </p>
      {state?.problem && <p class="verdict is-wrong">{state.problem}</p>}
      {isRunning && state.rows.length > 0 && <p class="fact experiment-row">{lineOf(state.rows[state.rows.length - 1])}</p>}
      {state?.result && (
        <>
          <p class="experiment-sentence">{state.result.sentence}</p>
          <LineFigure plot={state.result.plot} />
        </>
      )}
    </article>
  );
}

/** `rnn-tanh · orthogonal · timeSteps 100 · ratio 7.0e-7` */
export const lineOf = (row: Row): string =>
  Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (typeof value === 'string' ? value : `${key} ${typeof value === 'number' ? figure(value) : value}`))
    .join(' · ');
