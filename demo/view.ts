/** What the page shows of a run; the only module besides the chart and the form that touches the document. */
import { formatBytes, formatCount, formatReal, none } from './format.ts';
import type { FromWorker, Problem, RunState } from './messages.ts';

export type ButtonName = 'start' | 'pause' | 'step' | 'reset';

/** Which buttons do something in which state. */
const enabled: Readonly<Record<RunState, readonly ButtonName[]>> = {
  idle: ['start', 'step'],
  preparing: ['reset'],
  running: ['pause', 'reset'],
  paused: ['pause', 'step', 'reset'],
};

const statusOf: Readonly<Record<RunState, string>> = {
  idle: 'Ready.',
  preparing: 'Compiling the kernels…',
  running: 'Training.',
  paused: 'Paused.',
};

const sampleBefore = {
  idle: 'Press Start, and what the network writes appears here.',
  begun: 'The first sample comes in a moment.',
};

export interface View {
  onButton(name: ButtonName, listener: () => void): void;
  showState(state: RunState, changed: readonly string[]): void;
  showAdapter(adapter: { readonly name: string; readonly software: boolean } | null): void;
  showProblem(problem: Problem | null): void;
  showSteps(message: Extract<FromWorker, { kind: 'steps' }>, trainingLoss: number | undefined): void;
  showValidation(loss: number): void;
  showSample(sample: { readonly step: number; readonly text: string }): void;
  /** Empties everything that belongs to one run; `begun`: the next one is on its way. */
  clear(next: 'idle' | 'begun'): void;
}

export function createView(page: Document): View {
  const element = (id: string): HTMLElement => {
    const found = page.getElementById(id);
    if (!found) throw new Error(`the page has no element #${id}`);
    return found;
  };
  const write = (id: string, text: string): void => {
    element(id).textContent = text;
  };
  const buttons: readonly ButtonName[] = ['start', 'pause', 'step', 'reset'];

  const view: View = {
    onButton(name, listener) {
      const button = element(name);
      button.addEventListener('click', (event) => {
        // A button that does nothing now keeps the focus: `disabled` would drop a keyboard user to the top of the page.
        event.preventDefault();
        if (button.getAttribute('aria-disabled') !== 'true') listener();
      });
    },
    showState(state, changed) {
      for (const name of buttons) element(name).setAttribute('aria-disabled', String(!enabled[state].includes(name)));
      write('pause', state === 'paused' ? 'Resume' : 'Pause');
      const pending = state !== 'idle' && changed.length > 0 ? ` Reset and start to use: ${changed.join(', ')}.` : '';
      write('status', statusOf[state] + pending);
    },
    showAdapter(adapter) {
      write('adapter-name', adapter?.name ?? 'none');
      element('adapter-warning').hidden = !adapter?.software;
      write('adapter-warning', adapter?.software ? '⚠ This is a software adapter: your processor does the work, a GPU is far faster.' : '');
    },
    showProblem(problem) {
      const text = problem ? sentence(problem.message) : '';
      if (element('problem').textContent !== text) write('problem', text);
    },
    showSteps({ points, tokensPerSecond, bytes }, trainingLoss) {
      const last = points.at(-1);
      if (!last) return;
      write('figure-step', formatCount(last.step));
      write('figure-training', trainingLoss === undefined ? none : formatReal(trainingLoss));
      write('figure-gradient', formatReal(last.gradientNorm));
      write('figure-rate', formatCount(tokensPerSecond));
      write('figure-bytes', formatBytes(bytes));
    },
    showValidation: (loss) => write('figure-validation', formatReal(loss)),
    showSample({ step, text }) {
      element('sample').classList.remove('empty');
      write('sample', text.trim());
      write('sample-step', `after step ${formatCount(step)}`);
    },
    clear(next) {
      for (const name of ['step', 'training', 'validation', 'gradient', 'rate', 'bytes']) write(`figure-${name}`, none);
      element('sample').classList.add('empty');
      write('sample', sampleBefore[next]);
      write('sample-step', '');
    },
  };
  view.clear('idle');
  return view;
}

/** The engine's sentence with a full stop, and a capital unless it begins with a name such as `hiddenSize`. */
function sentence(message: string): string {
  const text = message.trim();
  const start = /^[a-z]+\b/.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0);
  return start + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
