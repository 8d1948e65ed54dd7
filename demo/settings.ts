/** The controls of the page, and what they say. */
import type { Cell } from '../src/index.ts';
import type { Settings } from './messages.ts';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** These act at once; all others act when a run starts. */
const live: readonly (keyof Settings)[] = ['learningRate', 'temperature'];

/** Which control the engine's words are about. */
const engineNames: Readonly<Record<string, keyof Settings | undefined>> = {
  text: 'text',
  vocabulary: 'text',
  cell: 'cell',
  hiddenSize: 'hiddenSize',
  layers: 'layers',
  batch: 'batch',
  timeSteps: 'timeSteps',
  learningRate: 'learningRate',
  globalNorm: 'clipNorm',
  seed: 'seed',
  temperature: 'temperature',
};

export interface SettingsForm {
  read(): Settings;
  /** Labels of controls that changed since the given settings and do not act at once. */
  changedSince(settings: Settings): string[];
  /** Marks the control that an engine's sentence is about, if one is; null clears the mark. */
  mark(message: string | null): void;
  /** Calls back with a new value of a control that acts at once. */
  onLive(listener: (name: 'learningRate' | 'temperature', value: number) => void): void;
  onChange(listener: () => void): void;
}

export function createSettingsForm(form: HTMLFormElement): SettingsForm {
  const fields = new Map<string, Field>();
  for (const element of form.elements) {
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) {
      fields.set(element.name, element);
    }
  }
  const field = (name: keyof Settings): Field => {
    const found = fields.get(name);
    if (!found) throw new Error(`the page has no control named ${name}`);
    return found;
  };
  const number = (name: keyof Settings): number => {
    const text = field(name).value.trim();
    return text === '' ? Number.NaN : Number(text);
  };
  const read = (): Settings => ({
    text: field('text').value,
    cell: field('cell').value as Cell,
    hiddenSize: number('hiddenSize'),
    layers: number('layers'),
    batch: number('batch'),
    timeSteps: number('timeSteps'),
    learningRate: number('learningRate'),
    clipNorm: number('clipNorm'),
    seed: number('seed'),
    temperature: number('temperature'),
  });

  return {
    read,
    changedSince(settings) {
      const now = read();
      const names = Object.keys(now) as (keyof Settings)[];
      return names
        .filter((name) => !live.includes(name) && !Object.is(now[name], settings[name]))
        .map((name) => field(name).labels?.[0]?.textContent?.trim() ?? name);
    },
    mark(message) {
      const wanted = message === null ? undefined : controlOf(message);
      for (const [name, element] of fields) {
        if (name === wanted) element.setAttribute('aria-invalid', 'true');
        else element.removeAttribute('aria-invalid');
      }
    },
    onLive(listener) {
      for (const name of ['learningRate', 'temperature'] as const) {
        field(name).addEventListener('change', () => listener(name, number(name)));
      }
    },
    onChange(listener) {
      form.addEventListener('input', listener);
    },
  };
}

/** The first control that a sentence names: `clip.globalNorm must be ...` is about `clipNorm`. */
export function controlOf(message: string): string | undefined {
  return message
    .match(/[a-zA-Z]+/g)
    ?.map((word) => engineNames[word])
    ?.find((name) => name !== undefined);
}
