export interface Count {
  passed: number;
  failed: number;
  notes: string[];
}
export interface Part {
  script: string;
  report?: 'vitest' | 'playwright';
}
export function runSuite(parts: readonly Part[]): Promise<Count>;
export function closingLine(count: { passed: number; failed: number }): string;
export function countPart(part: Part, code: number, report: unknown): Count;
