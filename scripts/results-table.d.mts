export interface Result {
  name: string;
  seed: number;
  /** Of the whole command. */
  seconds: number;
  date: string;
  /** What the command printed last. */
  last: {
    steps: number;
    validationLoss: number | null;
    metric: { name: string; value: number; count: number; baselines: Record<string, number> };
  };
}
export type Results = readonly Result[];
export const resultRows: readonly { name: string; args: readonly string[] }[];
export function addResult(results: Results, result: Result): Results;
export function tableOf(results: Results): string;
export function withTable(text: string, table: string): string;
export function withBetween(text: string, from: string, to: string, content: string): string;
