/** What a drawing must know of where it stands: its width, the colours of the theme, whether the visitor wants motion. */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Colour, parseColour } from './colour.ts';

/** The width of an element in CSS pixels, 0 until it is known. */
export function useWidth<Kind extends Element>(): readonly [RefObject<Kind | null>, number] {
  const ref = useRef<Kind>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(Math.round(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** Whether the result has little room in height: on a telephone, and beside the columns of a screen that is wide but not high. */
export function useIsLow(): boolean {
  const low = useMemo(() => matchMedia('(max-width: 480px), (min-width: 1000px) and (max-height: 999.98px)'), []);
  const [isLow, setIsLow] = useState(low.matches);
  useEffect(() => {
    const changed = (): void => setIsLow(low.matches);
    low.addEventListener('change', changed);
    return () => low.removeEventListener('change', changed);
  }, [low]);
  return isLow;
}

/** Counts up when the visitor's theme changes, so that canvases are painted anew. */
export function useTheme(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setChanges((count) => count + 1);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return changes;
}

/** A custom property such as `--plane-input` as a canvas can use it. */
export const colourOf = (element: Element, property: string): Colour => parseColour(getComputedStyle(element).getPropertyValue(property));
