/**
 * The curves of a run in bounded memory: when `capacity` points are reached, neighbours are averaged, and each later point stands for twice as many steps. A
 * chart so always shows the whole run.
 */
export interface Curve {
  add(step: number, value: number): void;
  readonly points: readonly Point[];
  /** Mean of the last values (at most `over`), undefined before the first. */
  recent(): number | undefined;
  clear(): void;
}

export interface Point {
  readonly step: number;
  readonly value: number;
}

export function createCurve({ capacity = 2000, over = 20 } = {}): Curve {
  let points: Point[] = [];
  let last: number[] = [];
  let stride = 1;
  let pending: Point[] = [];
  return {
    add(step, value) {
      last = [...last.slice(1 - over), value];
      pending.push({ step, value });
      if (pending.length < stride) return;
      points.push(mean(pending));
      pending = [];
      if (points.length < capacity) return;
      points = Array.from({ length: Math.ceil(points.length / 2) }, (_, index) => mean(points.slice(2 * index, 2 * index + 2)));
      stride *= 2;
    },
    get points() {
      return points;
    },
    recent: () => (last.length === 0 ? undefined : last.reduce((sum, value) => sum + value, 0) / last.length),
    clear() {
      points = [];
      last = [];
      pending = [];
      stride = 1;
    },
  };
}

const mean = (points: readonly Point[]): Point => ({
  step: points[points.length - 1].step,
  value: points.reduce((sum, { value }) => sum + value, 0) / points.length,
});

/** [steps, values of each curve ...], one column per step, null where a curve has no point. */
export function columnsOf(curves: readonly (readonly Point[])[]): [number[], ...(number | null)[][]] {
  const rows = new Map<number, (number | null)[]>();
  for (const [index, points] of curves.entries()) {
    for (const { step, value } of points) {
      const row = rows.get(step) ?? new Array<number | null>(curves.length).fill(null);
      row[index] = value;
      rows.set(step, row);
    }
  }
  const steps = [...rows.keys()].sort((left, right) => left - right);
  return [steps, ...curves.map((_, index) => steps.map((step) => rows.get(step)?.[index] ?? null))];
}
