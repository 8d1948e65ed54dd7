/** Where everything of an unrolled network stands: cells along time, input below, output above, states to the right. Pure. */
import type { Architecture } from '../../../src/index.ts';

export interface UnrolledShape {
  readonly architecture: Architecture;
  /** Drawn on top of each other. */
  readonly layers: number;
  /** Time steps drawn of what is read (or of the only sequence), and of what a decoder writes. */
  readonly columns: number;
  readonly written?: number;
  readonly width: number;
  /** Heights of a row and the side of a cell. */
  readonly row: number;
  readonly cell: number;
}

export type Part = 'encoder' | 'decoder' | 'only';

export interface CellPlace {
  readonly part: Part;
  readonly column: number;
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

export interface Mark {
  readonly part: Part;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

export interface Edge {
  /** `state`: to the next time step, `bridge`: from what was read to what is written, `up`: within a time step, `fed`: an output that is the next input. */
  readonly kind: 'state' | 'bridge' | 'input' | 'up' | 'output' | 'fed';
  readonly part: Part;
  /** The time step in which it begins; of `state`, the one whose state it carries. */
  readonly column: number;
  readonly layer: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

export interface Unrolled {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly CellPlace[];
  readonly inputs: readonly Mark[];
  readonly outputs: readonly Mark[];
  readonly edges: readonly Edge[];
}

export function unrolledGeometry({ architecture, layers, columns, written = columns, width, row, cell }: UnrolledShape): Unrolled {
  const isPair = architecture === 'encoder-decoder';
  const isWriting = isPair || architecture === 'one-to-many';
  const parts: { part: Part; columns: number; first: number }[] = isPair
    ? [
        { part: 'encoder', columns, first: 0 },
        { part: 'decoder', columns: written, first: columns },
      ]
    : [{ part: 'only', columns: isWriting ? written : columns, first: 0 }];
  const slots = parts.reduce((sum, part) => sum + part.columns, 0) + (isPair ? 0.35 : 0);
  const pitch = width / slots;
  const xOf = ({ part, first }: { part: Part; first: number }, column: number): number =>
    (first + column + 0.5 + (part === 'decoder' ? 0.35 : 0)) * pitch;
  const height = row * (layers + 2);
  const yOf = (layer: number): number => height - row * (layer + 1.5);
  const [inputY, outputY] = [height - row * 0.45, row * 0.45];
  const half = cell / 2;

  const cells: CellPlace[] = [];
  const inputs: Mark[] = [];
  const outputs: Mark[] = [];
  const edges: Edge[] = [];
  for (const each of parts) {
    const { part } = each;
    const last = each.columns - 1;
    for (let column = 0; column <= last; column++) {
      const x = xOf(each, column);
      for (let layer = 0; layer < layers; layer++) {
        const y = yOf(layer);
        cells.push({ part, column, layer, x, y });
        if (column < last) edges.push({ kind: 'state', part, column, layer, from: [x + half, y], to: [xOf(each, column + 1) - half, y] });
        else if (part === 'encoder')
          edges.push({ kind: 'bridge', part, column, layer, from: [x + half, y], to: [xOf(parts[1], 0) - half, y] });
        if (layer > 0) edges.push({ kind: 'up', part, column, layer, from: [x, yOf(layer - 1) - half], to: [x, y + half] });
      }
      const top = yOf(layers - 1) - half;
      const isRead = part === 'encoder' || architecture !== 'one-to-many' || column === 0;
      const feeds = (part === 'decoder' || isWriting || architecture === 'one-to-one') && part !== 'encoder';
      if (isRead && part !== 'decoder') {
        inputs.push({ part, column, x, y: inputY });
        edges.push({ kind: 'input', part, column, layer: 0, from: [x, inputY - row * 0.2], to: [x, yOf(0) + half] });
      }
      if (part !== 'encoder' && (architecture !== 'many-to-one' || column === last)) {
        outputs.push({ part, column, x, y: outputY });
        edges.push({ kind: 'output', part, column, layer: layers - 1, from: [x, top], to: [x, outputY + row * 0.2] });
        if (feeds && column < last)
          edges.push({ kind: 'fed', part, column, layer: 0, from: [x, outputY], to: [xOf(each, column + 1), yOf(0) + half] });
      }
    }
  }
  return { width, height, cells, inputs, outputs, edges };
}

/** `count` of the time steps 0 .. T - 1, the first and the last among them, evenly. */
export function sampledSteps(timeSteps: number, count: number): number[] {
  const many = Math.min(timeSteps, count);
  return Array.from({ length: many }, (_, index) => (many === 1 ? timeSteps - 1 : Math.round((index * (timeSteps - 1)) / (many - 1))));
}
