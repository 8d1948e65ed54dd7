/**
 * The curves of a run in bounded memory: when `capacity` points of training loss are reached, neighbours are averaged, and
 * each later point stands for twice as many steps. The chart so always shows the whole run.
 */
export interface History {
  addTraining(step: number, loss: number): void;
  addValidation(step: number, loss: number): void;
  /** [steps, training losses, validation losses], one column per step, null where a curve has no point. */
  columns(): [number[], (number | null)[], (number | null)[]];
  /** Mean of the last losses (at most `over`), undefined before the first. */
  recentTraining(): number | undefined;
  clear(): void;
}

interface Point {
  step: number;
  loss: number;
}

export function createHistory({ capacity = 2000, over = 20 } = {}): History {
  let training: Point[] = [];
  let validation: Point[] = [];
  let recent: number[] = [];
  let stride = 1;
  let pending: Point[] = [];

  const mean = (points: readonly Point[]): Point => ({
    step: points[points.length - 1].step,
    loss: points.reduce((sum, { loss }) => sum + loss, 0) / points.length,
  });
  const halve = (points: readonly Point[]): Point[] =>
    Array.from({ length: Math.ceil(points.length / 2) }, (_, index) => mean(points.slice(2 * index, 2 * index + 2)));

  return {
    addTraining(step, loss) {
      recent = [...recent.slice(1 - over), loss];
      pending.push({ step, loss });
      if (pending.length < stride) return;
      training.push(mean(pending));
      pending = [];
      if (training.length < capacity) return;
      training = halve(training);
      stride *= 2;
    },
    addValidation(step, loss) {
      validation.push({ step, loss });
      if (validation.length >= capacity) validation = validation.filter((_, index) => index % 2 === 1);
    },
    columns() {
      const rows = new Map<number, [number | null, number | null]>();
      for (const { step, loss } of training) rows.set(step, [loss, null]);
      for (const { step, loss } of validation) rows.set(step, [rows.get(step)?.[0] ?? null, loss]);
      const steps = [...rows.keys()].sort((left, right) => left - right);
      return [steps, steps.map((step) => rows.get(step)?.[0] ?? null), steps.map((step) => rows.get(step)?.[1] ?? null)];
    },
    recentTraining: () => (recent.length === 0 ? undefined : recent.reduce((sum, loss) => sum + loss, 0) / recent.length),
    clear() {
      training = [];
      validation = [];
      recent = [];
      pending = [];
      stride = 1;
    },
  };
}
