/** What a trainer with `monitor` saw of the last step that was measured. */
import type { Health, Inspectable, TimeNorms } from '../protocol.ts';

/** @throws InputError for a trainer without `monitor` */
export async function readTimeNorms({ trainer }: Inspectable): Promise<TimeNorms> {
  return { step: trainer.timeNorms.step ?? trainer.steps, layers: await trainer.timeNorms.read() };
}

/** @throws InputError for a trainer without `monitor` */
export async function readHealth({ trainer }: Inspectable): Promise<Health> {
  return { step: trainer.timeNorms.step ?? trainer.steps, layers: await trainer.stateHealth.read() };
}
