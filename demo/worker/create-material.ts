/** From settings to what a run is made of. Tasks and what reads files load when they are wanted. */
import type { ExampleFile } from '../../src/formats/read-examples.ts';
import { InputError } from '../../src/index.ts';
import type { ExampleSource } from '../../src/sources/example-source.ts';
import { textTask } from '../../src/tasks/text.ts';
import type { Settings } from '../protocol.ts';
import type { Material } from './material.ts';
import { createTextMaterial } from './text-material.ts';

/** What the visitor brought. */
export type OwnData =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'examples'; readonly name: string; readonly file: ExampleFile };

/** A visitor waits for these; the command line draws more. */
const drawn = { known: 2500, heldOut: 200 };

const sources = new Map<unknown, ExampleSource>();

/** @throws InputError for settings or data that are not possible */
export async function createMaterial(settings: Settings, own: OwnData | undefined): Promise<Material> {
  if (settings.task === 'text') return createTextMaterial(textTask.text(), textTask, settings);
  if (settings.task === 'own') {
    if (!own) throw new InputError('own data must be pasted, dropped or chosen first, got none');
    if (own.kind === 'text') return createTextMaterial(own.text, textTask, settings);
  }
  const [{ createExampleMaterial }, { sourceOfFile, sourceOfTask }, { findTask }] = await Promise.all([
    import('./example-material.ts'),
    import('../../src/sources/example-source.ts'),
    import('../../src/tasks/tasks.ts'),
  ]);
  if (own?.kind === 'examples' && settings.task === 'own') {
    const source = sources.get(own) ?? sourceOfFile(own.name, own.file, {}, []);
    sources.set(own, source);
    return createExampleMaterial(source, settings);
  }
  const task = findTask(settings.task);
  if (task.kind === 'text') return createTextMaterial(task.text(), task, settings);
  const source = sources.get(task) ?? sourceOfTask(task, drawn);
  sources.set(task, source);
  return createExampleMaterial(source, settings);
}
