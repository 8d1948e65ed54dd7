/** The unrolled network, under it the task's own result, large, then where the visitor tries it. */
import { formatCount } from '../format.ts';
import type { Query } from '../protocol.ts';
import { entryOf } from '../state/catalogue.ts';
import { answer, inspection, network, result, runPlan, started, state, timeNorms } from '../state/run.ts';
import { ask, forecastFrom, setLive, show, showExample } from '../state/session.ts';
import { architecture, change, dataOf, entry, example, ownKind, plan, settings } from '../state/settings.ts';
import { views } from '../state/views.ts';

let shown = 0;

export function Stage() {
  const made = result.value;
  const loaded = views.value;
  const { description } = entry.value;
  const right = example.value;
  const beforehand = entry.value.kind === 'text' ? 'a piece of what is held out' : 'an example, with what is right';
  const before = !made && right?.of === dataOf(settings.value) ? right.result : null;
  return (
    <section class="stage" aria-labelledby="result-title">
      <Unrolled />
      <div class="result-head">
        <h2 id="result-title">{settings.value.task === 'own' ? 'Your data' : description}</h2>
        <small id="sample-step">{made ? `after step ${formatCount(made.step)}` : before ? beforehand : 'not trained yet'}</small>
        <button type="button" class="link" aria-disabled={!network.value && !before} onClick={() => another(before !== null)}>
          Another example
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where a result is tall, and the keyboard must get there (axe: scrollable-region-focusable) */}
      <section id="sample" class={made ? '' : 'empty'} aria-label="Result" tabIndex={0}>
        {made && loaded ? (
          <loaded.ResultView result={made.result} onStart={network.value ? (known) => void forecastFrom(known) : undefined} />
        ) : (
          <>
            <p>{started.value ? 'The first result comes in a moment.' : 'Press Start, and what the network makes of it appears here.'}</p>
            {before && loaded && <loaded.ResultView result={before} />}
          </>
        )}
      </section>
      <Asking />
    </section>
  );
}

/** Of the network, where there is one; else of the task alone. */
function another(isTask: boolean): void {
  if (network.value) show(++shown);
  else if (isTask) void showExample(++shown);
}

function Unrolled() {
  const loaded = views.value;
  const { cell, layers, bidirectional } = started.value ?? settings.value;
  const sizes = runPlan.value ?? (typeof plan.value === 'object' ? plan.value : null);
  const norms = timeNorms.value;
  const drawn = Math.max(1, Math.min(3, Math.floor(layers) || 1));
  return (
    <div class={`unrolled-place of-${drawn}`}>
      {loaded && (
        <loaded.UnrolledNetwork
          architecture={architecture.value}
          cell={cell}
          layers={drawn}
          bidirectional={bidirectional}
          timeSteps={sizes?.timeSteps}
          sourceSteps={sizes?.sourceSteps}
          inspection={inspection.value ?? undefined}
          timeNorms={norms[norms.length - 1]}
          moving={state.value === 'running'}
        />
      )}
    </div>
  );
}

const questions: Readonly<
  Record<
    string,
    { readonly kind: 'text' | 'sentence' | 'image'; readonly label: string; readonly example: string; readonly action: string }
  >
> = {
  text: { kind: 'text', label: 'Begin a text', example: 'The ', action: 'Write on' },
  melody: { kind: 'text', label: 'Begin a tune', example: 'C4-2 E4-2', action: 'Play on' },
  sentiment: { kind: 'sentence', label: 'Write a review', example: 'a wonderful film', action: 'Judge it' },
  tagging: { kind: 'sentence', label: 'Write a sentence', example: 'the old man sleeps', action: 'Tag it' },
  dates: { kind: 'sentence', label: 'Write a date', example: 'march 7, 1984', action: 'Read it' },
  french: { kind: 'sentence', label: 'Write a sentence', example: 'the cat sleeps', action: 'Translate it' },
  chat: { kind: 'sentence', label: 'Say something', example: 'hello', action: 'Say it' },
  arithmetic: { kind: 'sentence', label: 'Write a sum', example: '12+34', action: 'Work it out' },
  parity: { kind: 'sentence', label: 'Write bits', example: '0110100', action: 'Judge it' },
  dyck: { kind: 'sentence', label: 'Write brackets', example: '([]{})', action: 'Judge it' },
  copy: { kind: 'sentence', label: 'Write letters', example: 'abcde', action: 'Copy it' },
  reverse: { kind: 'sentence', label: 'Write letters', example: 'abcde', action: 'Reverse it' },
  sort: { kind: 'sentence', label: 'Write digits', example: '31415', action: 'Sort it' },
  captions: { kind: 'image', label: 'Draw', example: '', action: 'Describe it' },
  'captions-two': { kind: 'image', label: 'Draw', example: '', action: 'Describe it' },
};

/** Where the visitor tries the network on something of their own. */
function Asking() {
  const loaded = views.value;
  const { temperature } = settings.value;
  const task = network.value?.task;
  const question = task && questions[task === 'own' ? entryOf(task, ownKind.value ?? 'text').name : task];
  if (!loaded || !question) return null;
  return (
    <section class="asking" aria-label="Try it">
      <loaded.Ask
        key={task}
        {...question}
        temperature={question.kind === 'text' ? temperature : undefined}
        onTemperature={(value: number) => {
          change('temperature', value);
          setLive('temperature', value);
        }}
        onAsk={(query: Query) => ask(query)}
      />
      {answer.value && (
        <div class="answer" aria-live="polite">
          <loaded.ResultView result={answer.value} />
        </div>
      )}
    </section>
  );
}
