/** Start, pause, step, stop, reset, and one line that says what is going on. */
import type { ComponentChildren } from 'preact';
import { formatCount, formatReal } from '../format.ts';
import { compileMilliseconds, lastPoint, notice, problem, replacements, started, state, trainingLoss } from '../state/run.ts';
import { pause, reset, resume, setLive, start, step, stop } from '../state/session.ts';
import { change, settings, waiting } from '../state/settings.ts';
import { LastSessionOffer } from './last-session.tsx';
import { sentence } from './words.ts';

interface ActionProps {
  readonly id: string;
  readonly isOn: boolean;
  readonly keys: string;
  readonly kind?: 'primary';
  onPress(): void;
  readonly children: ComponentChildren;
}

/** A button that does nothing now keeps the focus: `disabled` would drop a keyboard user to the top of the page. */
function Action({ id, isOn, keys, kind, onPress, children }: ActionProps) {
  return (
    <button type="button" id={id} class={kind} aria-disabled={!isOn} aria-keyshortcuts={keys} onClick={() => isOn && onPress()}>
      {children}
    </button>
  );
}

const statusOf = { idle: 'Ready.', preparing: 'Compiling the kernels…', running: 'Training.', paused: 'Paused.' };

export function restart(): void {
  start();
}

export function Controls({ onChoose }: { onChoose(): void }) {
  const now = state.value;
  const isPaused = now === 'paused';
  const changed = waiting.value;
  return (
    <section class="bar" aria-label="Control">
      <div class="buttons">
        <Action id="start" kind="primary" keys="s" isOn={now === 'idle'} onPress={() => start()}>
          Start
        </Action>
        <Action id="pause" keys="p" isOn={now === 'running' || isPaused} onPress={isPaused ? resume : pause}>
          {isPaused ? 'Resume' : 'Pause'}
        </Action>
        <Action id="step" keys="n" isOn={now === 'idle' || isPaused} onPress={step}>
          Step
        </Action>
        <Action id="stop" keys="x" isOn={now === 'running' || isPaused} onPress={stop}>
          Stop
        </Action>
        <Action id="reset" keys="r" isOn={now !== 'idle' || compileMilliseconds.value !== null} onPress={reset}>
          Reset
        </Action>
        <button type="button" class="sheet-open" onClick={onChoose}>
          Choose
        </button>
      </div>
      <div class="messages">
        <p id="status" role="status">
          {statusOf[now]} {notice.value}
          {started.value && changed.length > 0 ? ` Restart to apply: ${changed.join(', ')}.` : ''}
        </p>
        {started.value && changed.length > 0 && (
          <button type="button" class="link" onClick={restart}>
            Restart to apply
          </button>
        )}
        <Glance />
        <p id="problem" role="alert">
          {problem.value ? sentence(problem.value.message) : ''}
        </p>
        {replacements.value.map(({ kernel, variant, sentence: found }) => (
          <p key={`${kernel} ${variant}`} class="replaced" role="status">
            ⚠ {sentence(found)}
          </p>
        ))}
        <LastSessionOffer />
        {problem.value?.cause === 'diverged' && <WaysOn />}
      </div>
    </section>
  );
}

/** Where one column holds all, the bar stays and the figures scroll away: the two that say most stand here too. */
function Glance() {
  const last = lastPoint.value;
  if (!last || trainingLoss.value === undefined) return null;
  return (
    <p class="glance" aria-hidden="true">
      Step {formatCount(last.step)}, training loss {formatReal(trainingLoss.value)}
    </p>
  );
}

/** After a gradient that was no number: the parameters are still good. */
function WaysOn() {
  const clip = () => {
    change('clipNorm', 1);
    setLive('clipNorm', 1);
    resume();
  };
  const lower = () => {
    const learningRate = settings.value.learningRate / 10;
    change('learningRate', learningRate);
    setLive('learningRate', learningRate);
    resume();
  };
  return (
    <p class="ways">
      <button type="button" onClick={clip}>
        Clip at 1 and go on
      </button>
      <button type="button" onClick={lower}>
        Lower the rate to a tenth and go on
      </button>
    </p>
  );
}
