import { requireBoolean, requireInteger, requireKeys } from './validation.ts';

/** Which steps are looked into. */
export interface MonitorSpec {
  /** Measured are the first step and every n-th; default 10. */
  readonly every: number;
}

/**
 * Completes and checks `monitor`.
 *
 * @throws InputError for anything but true, false or `{ every }` with a positive integer.
 */
export function monitorSpec(monitor: boolean | Partial<MonitorSpec>): false | MonitorSpec {
  const options = typeof monitor === 'object' && monitor !== null ? monitor : requireBoolean('monitor', monitor) && {};
  if (options === false) return false;
  requireKeys('monitor', options, ['every']);
  const { every = 10 } = options;
  return { every: requireInteger('monitor.every', every) };
}

/** Whether step number `step`, from 1 on, is measured. */
export const isMeasured = (monitor: false | MonitorSpec, step: number): boolean =>
  monitor !== false && (step === 1 || step % monitor.every === 0);

/** Counts the measured steps: which one `step` is. */
export const measuredIndex = ({ every }: MonitorSpec, step: number): number => Math.floor(step / every);
