export interface Count {
  passed: number;
  failed: number;
  notes: string[];
}
export interface Part {
  script: string;
  report?: 'vitest' | 'playwright';
}
/** Lanes run side by side; what the first prints is seen at once, that of the others when each part ends. */
export type Stage = Part | Part[][];
export function runSuite(stages: readonly Stage[]): Promise<Count>;
export function closingLine(count: { passed: number; failed: number }): string;
export function countPart(part: Part, code: number, report: unknown): Count;
