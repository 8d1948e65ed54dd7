export interface Reading {
  step: string;
  training: string;
  validation: string;
  rate: string;
  problem: string;
  sample: string;
  sampleStep: string;
}
export function hasDisplay(host: { platform: string; env: Readonly<Record<string, string | undefined>> }): boolean;
export function progressLine(reading: Reading): string;
export function requireFall(first: number, last: number, steps: string): void;
export function watchRun(url: string): Promise<void>;
