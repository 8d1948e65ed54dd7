/** Draws a line plot as SVG text, dark on light or, for a reader who prefers it, light on dark, with a name at each line in the margin. Pure. */
import { axesOf, heightOf, type LinePlot, placeOf, type Series } from './line-plot.ts';

const WIDTH = 860;
const HEIGHT = 460;
const MARGIN = { left: 74, right: 250, top: 44, bottom: 52 };
const LINE = 17;
/** Colours that stay apart on white, for red-green blindness too (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#000000'];
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 5'];

/** The same colours on dark; the last is white for black. A style wins over the attributes that it selects. */
const DARK_COLOURS = ['#4da6e8', '#ff8c42', '#2fc79a', '#e29cc3', '#d0b040', '#8fd0f5', '#ffffff'];
const darkStroke = (colour: string, dark: string): string => `[stroke="${colour}"]{stroke:${dark}}[fill="${colour}"]{fill:${dark}}`;
const DARK_STYLE = `<style>@media(prefers-color-scheme:dark){svg{fill:#ddd}[fill="#fff"]{fill:#0d1117}${[
  ...COLOURS.map((colour, index) => darkStroke(colour, DARK_COLOURS[index])),
  darkStroke('#ddd', '#30363d'),
  darkStroke('#555', '#999'),
].join('')}}</style>`;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const short = (value: number): string => String(Number(value.toFixed(1)));
const superscript = (exponent: number): string => `10<tspan dy="-5" font-size="9">${exponent}</tspan>`;

interface Style {
  readonly colour: string;
  readonly dash: string;
}

/** A colour for each family, a dash for each of its members. */
function stylesOf(series: readonly Series[]): Style[] {
  const families = [...new Set(series.map(({ family, name }) => family ?? name))];
  return series.map(({ family, name }, index) => {
    const own = family ?? name;
    const member = series.slice(0, index).filter((other) => (other.family ?? other.name) === own).length;
    return { colour: COLOURS[families.indexOf(own) % COLOURS.length], dash: DASHES[member % DASHES.length] };
  });
}

export function svgPlot(plot: LinePlot): string {
  const { x, y } = axesOf(plot, 8, 7);
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const across = (value: number): number => acrossAxis(placeOf(plot, value));
  const acrossAxis = (place: number): number => MARGIN.left + ((place - x.low) / (x.high - x.low)) * (right - MARGIN.left);
  const up = (height: number): number => bottom - ((height - y.low) / (y.high - y.low)) * (bottom - MARGIN.top);
  const styles = stylesOf(plot.series);
  const lines: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${escaped(plot.title)}</title>`,
    DARK_STYLE,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="24" font-size="15" font-weight="600">${escaped(plot.title)}</text>`,
  ];
  for (const tick of y.ticks) {
    const place = short(up(tick));
    lines.push(`<path d="M${MARGIN.left} ${place}H${right}" stroke="#ddd"/>`);
    lines.push(
      `<text x="${MARGIN.left - 8}" y="${short(up(tick) + 4)}" text-anchor="end">${plot.logarithmic ? superscript(tick) : tick}</text>`,
    );
  }
  for (const tick of x.ticks) {
    const label = plot.doubling ? 2 ** tick : tick;
    lines.push(`<text x="${short(acrossAxis(tick))}" y="${bottom + 18}" text-anchor="middle">${label}</text>`);
  }
  lines.push(`<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#555"/>`);
  lines.push(`<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(plot.x)}</text>`);
  lines.push(`<text transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(plot.y)}</text>`);
  const named = namePlaces(plot, up);
  plot.series.forEach((series, index) => {
    const { colour, dash } = styles[index];
    const stroke = `stroke="${colour}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}`;
    lines.push(`<path d="${pathOf(plot, series, across, up)}" fill="none" ${stroke} stroke-linejoin="round"/>`);
    const end = series.points.filter(([, y]) => !Number.isNaN(heightOf(plot, y))).at(-1);
    // the only sign of a line that ends where it begins
    if (end) lines.push(`<circle cx="${short(across(end[0]))}" cy="${short(up(heightOf(plot, end[1])))}" r="3" fill="${colour}"/>`);
    const place = named[index];
    lines.push(`<path d="M${right + 10} ${short(place - 4)}h24" ${stroke}/>`);
    lines.push(`<text x="${right + 40}" y="${short(place)}">${escaped(series.name)}</text>`);
  });
  return `${lines.join('\n')}\n</svg>\n`;
}

function pathOf(plot: LinePlot, { points }: Series, across: (x: number) => number, up: (height: number) => number): string {
  let path = '';
  let isDrawing = false;
  for (const [x, y] of points) {
    const height = heightOf(plot, y);
    if (!Number.isNaN(height)) path += `${isDrawing ? 'L' : 'M'}${short(across(x))} ${short(up(height))}`;
    isDrawing = !Number.isNaN(height);
  }
  return path;
}

/** Heights of the names: in the order of the lines' right ends, and never over one another. */
function namePlaces(plot: LinePlot, up: (height: number) => number): number[] {
  const ends = plot.series.map(({ points }, index) => {
    const heights = points.map(([, y]) => heightOf(plot, y)).filter((height) => !Number.isNaN(height));
    return { index, from: heights.length === 0 ? HEIGHT : up(heights[0]) };
  });
  const sorted = ends.sort((a, b) => a.from - b.from || a.index - b.index);
  const places: number[] = [];
  sorted.forEach(({ index }, rank) => {
    places[index] = MARGIN.top + 14 + rank * LINE;
  });
  return places;
}
