/** One sentence about the setting under the pointer or the focus; of one that cannot be chosen, why. */
import { signal } from '@preact/signals';
import type { Settings } from '../protocol.ts';
import { labels, refusals } from '../state/settings.ts';

const looked = signal<keyof Settings | undefined>(undefined);

const look = ({ target }: Event): void => {
  const name = target instanceof HTMLLabelElement ? target.htmlFor : (target as HTMLElement).id;
  if (name in labels) looked.value = name as keyof Settings;
};

/** For the element that holds the controls. */
export const explaining = { onPointerOver: look, onFocusIn: look };

export function Explained() {
  const name = looked.value;
  const refusal = name && refusals.value[name];
  return (
    <p class="explained" id="explained" aria-live="polite">
      {name ? (
        <>
          <b>{labels[name]}</b>: {sentences[name]}
          {refusal && <span class="refused"> Not here: {refusal}.</span>}
        </>
      ) : (
        <small>Point at a setting, or go to it, for what it does.</small>
      )}
    </p>
  );
}

const sentences: Readonly<Record<keyof Settings, string>> = {
  task: 'what is learned.',
  cell: 'what a time step computes; an RNN h = tanh(Wx + Uh + b), a GRU and an LSTM with gates that keep or forget.',
  hiddenSize: 'H, the numbers that the state h of a layer holds.',
  layers: 'networks over one another; each reads the states of the one below.',
  bidirectional: 'a second network reads from the end, and both outputs are laid side by side.',
  attention: 'the decoder looks back at the encoder: Σ a·v, a = softmax of scores, w·tanh(q + k) or q·k.',
  embedding: 'features that are learned for each token; 0 is one-hot.',
  dropout: 'share of each layer that the one above does not see in a training step.',
  recurrentDropout: 'share of its own units that a layer does not read back in a training step.',
  zoneout: 'share of the units that keep h of the time step before, in a training step.',
  zoneoutCell: 'share of the units that keep c of the time step before, in a training step.',
  layerNorm: '(z − mean) / deviation · gain + bias, within the recurrence, over the units of each row.',
  tiedEmbeddings: 'the output weights are the embedding: one parameter for reading and saying a token.',
  inputFeeding: 'the decoder also reads what attention gave at the time step before.',
  learnedState: 'rows start from an h that is learned, not from zeros.',
  resetGate: 'r acts on U h (after) or on h (before): r ∘ (U h), or U (r ∘ h).',
  pooling: 'what the answer is made of: the last output, or all of them.',
  feedback: 'each next input: what is right, or more and more often what the network said itself.',
  labelSmoothing: 'share ε of each target that is spread over all classes: (1 − ε) y + ε / V.',
  timeSteps: 'T, how far gradients flow back: the truncation of backpropagation through time.',
  updateEvery: 'time steps from one update to the next; below T, windows overlap and gradients reach further back.',
  batch: 'B, rows that are trained side by side.',
  optimizer: 'how a gradient changes the weights: SGD w ← w − ηg; the others keep means of g or g².',
  learningRate: 'η, how far the weights go along the gradient.',
  schedule: 'how η changes over the updates.',
  scheduleSteps: 'updates until a cosine ends, between two halvings, or until an exponential falls to a tenth.',
  warmupSteps: 'updates over which η first rises in a line.',
  weightDecay: 'pulls the weights towards zero, λw in the gradient (AdamW: ηλw beside it).',
  clipNorm: 'a gradient with a norm above it is scaled down to it: g ← g · c / ‖g‖.',
  clipValue: 'each element of the gradient is kept within ±c.',
  clipStepNorm: 'the gradient of each row is scaled down at each time step, before it flows further back.',
  initialization: 'what the weights start from.',
  seed: 'of first weights and order: the same seed repeats a run.',
  temperature: 'τ of softmax(y / τ), from which text is drawn: low is sure, high is bold.',
};
