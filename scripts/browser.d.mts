/** What finding and installing a browser needs from the machine; tests give their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Whether this process may install system packages (and Chromium therefore cannot use its sandbox). */
  readonly root: boolean;
  isExecutable(file: string): boolean;
  /** Where Playwright puts its Chromium, whether or not it is there. */
  playwrightPath(): string | undefined;
  /** Whether the browser prints its version, so that its libraries are there. */
  starts(file: string): boolean;
  /** Runs a command to its end, or ends it after the time; resolves to whether it succeeded. */
  run(command: string, parameters: string[], milliseconds: number): Promise<boolean>;
}
export function findBrowser(host?: Host): string | undefined;
export function ensureBrowser(host?: Host): Promise<string>;
export function gpuFlags(options?: { software?: boolean; root?: boolean }): string[];
