/** A small image as it is, pixel by pixel. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Image } from '../../../src/data/examples.ts';

export interface PictureProps {
  readonly image: Image;
  readonly label: string;
}

export function Picture({ image: { width, height, channels, data }, label }: PictureProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    canvas.current.width = width;
    canvas.current.height = height;
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let place = 0; place < width * height; place++) {
      const of = (channel: number): number => 255 * data[place * channels + (channels === 1 ? 0 : channel)];
      pixels.set([of(0), of(1), of(2), 255], place * 4);
    }
    context.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [width, height, channels, data]);
  return <canvas ref={canvas} class="picture" role="img" aria-label={label} />;
}
