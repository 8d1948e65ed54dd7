import { InputError } from './input-error.ts';
import { refuse, requireInteger, requireKeys, requireOneOf } from './validation.ts';

/**
 * What a run does about a gradient that is not finite. In every case that update is not applied.
 *
 * - `skip`: counts it and goes on
 * - `stop`: ends with a NotFiniteError that names the step and the first such parameter; parameters stay as the last good step left them
 * - `rewind`: goes back to the last good snapshot and on from there with a lower learning rate
 */
export const nonFinitePolicies = ['skip', 'stop', 'rewind'] as const;
export type NonFinitePolicy = (typeof nonFinitePolicies)[number];

/** How `rewind` goes about it. */
export interface RewindSpec {
  /** Steps between two snapshots, each a copy of parameters, moments and states on the GPU; default 100. */
  readonly every: number;
  /** What the learning rate is multiplied by each time, above 0 and at most 1; default 0.5. */
  readonly factor: number;
  /** Times in a row that it may go back to the same snapshot before it does as `stop`; default 10. */
  readonly attempts: number;
}

/**
 * Completes and checks the policy; `rewind` is there if, and only if, the policy is.
 *
 * @throws InputError for an unknown policy or key, a number out of range, or rewind options beside another policy.
 */
export function nonFiniteSpec(
  policy: NonFinitePolicy = 'skip',
  options?: Partial<RewindSpec>,
): { readonly nonFinite: NonFinitePolicy; readonly rewind?: RewindSpec } {
  const nonFinite = requireOneOf('nonFinite', policy, nonFinitePolicies);
  if (nonFinite !== 'rewind') {
    if (options !== undefined) throw new InputError(`rewind belongs to nonFinite 'rewind', got nonFinite '${nonFinite}'`);
    return { nonFinite };
  }
  requireKeys('rewind', options ?? {}, ['every', 'factor', 'attempts']);
  const { every = 100, factor = 0.5, attempts = 10 } = options ?? {};
  if (!(typeof factor === 'number' && factor > 0 && factor <= 1)) refuse('rewind.factor', 'above 0 and at most 1', factor);
  return {
    nonFinite,
    rewind: { every: requireInteger('rewind.every', every), factor, attempts: requireInteger('rewind.attempts', attempts) },
  };
}
