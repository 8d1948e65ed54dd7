/** Each dispatch of a training step with what it took. */
import type { Batch, Plan } from '../../src/index.ts';
import type { Inspectable, PlanLine, PlanMeasurement } from '../protocol.ts';

/**
 * Trains one step on `batch`, timed dispatch by dispatch, and says what each took; without times, and without a step, where the adapter has no timestamps
 * or there is no batch.
 */
export async function measurePlan({ trainer, plan }: Inspectable, batch?: Batch): Promise<PlanMeasurement> {
  if (!batch) return { step: trainer.steps, lines: linesOf(plan) };
  try {
    const times = await trainer.profile(batch);
    return { step: trainer.steps, lines: times.map(({ workgroups, ...line }) => ({ ...line, workgroups: count(workgroups) })) };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('profiling must have')) return { step: trainer.steps, lines: linesOf(plan) };
    throw error;
  }
}

const count = ([x, y, z]: readonly [number, number, number]): number => x * y * z;

/** The dispatches of a plan as it stands, with all that is measured. */
export const linesOf = ({ steps }: Plan): PlanLine[] =>
  steps.flatMap((step) =>
    step.kind === 'dispatch' && step.when !== 'unmeasured'
      ? [
          {
            phase: step.phase,
            label: step.label,
            kernel: `${step.kernel.name} (${step.kernel.variant})`,
            workgroups: count(step.workgroups),
            flop: step.flop,
          },
        ]
      : [],
  );
