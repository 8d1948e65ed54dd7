import { isSoftwareAdapter } from '../src/index.ts';

/** What the adapter is called, and whether it is the processor in disguise. */
export function describeAdapter(info: GPUAdapterInfo): { name: string; software: boolean } {
  const short = [info.vendor, info.architecture].filter(Boolean).join(' ');
  return { name: info.description || short || 'unnamed adapter', software: info.isFallbackAdapter || isSoftwareAdapter(info) };
}
