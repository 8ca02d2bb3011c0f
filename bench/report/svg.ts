/** The pieces that all charts share: elements, colours, marks, and a frame with title, legend and axes. */

/** As wide as a page shows it: a chart with little in it is narrower. */
export const WIDTH = 760;
export const INK = "#1f2933";
export const PALE_INK = "#52606d";
export const GRID = "#e4e7eb";
const PAPER = "#ffffff";
const FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** Okabe and Ito's colours, told apart with every kind of colour vision. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#aa4499", "#b58900", "#52606d"] as const;

/** The i-th series' colour. */
export function colour(i: number): string {
  return COLOURS[i % COLOURS.length]!;
}

type Attributes = Record<string, string | number | undefined>;

/** One XML element; `children` are elements, or text that `escapeXml` has seen. */
export function element(name: string, attributes: Attributes, children = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escapeXml(value!)}"`,
    )
    .join("");
  return children === "" ? `<${name}${written}/>` : `<${name}${written}>${children}</${name}>`;
}

/** Text with its foot at (x, y). */
export function label(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element("text", { x, y, fill: INK, "font-size": 12, ...attributes }, escapeXml(words));
}

export function escapeXml(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Two digits after the point are a hundredth of a pixel. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A guess that holds for the usual sans-serif fonts at 12 pixels. */
export function textWidth(words: string, size = 12): number {
  return words.length * size * 0.54;
}

const MARK_RADIUS = 4;

/** The i-th series' mark: circle, square, triangle, diamond. */
export function mark(i: number, x: number, y: number, hollow = false): string {
  const r = MARK_RADIUS;
  const style = { fill: hollow ? PAPER : colour(i), stroke: colour(i), "stroke-width": 1.5 };
  const polygon = (...points: [number, number][]): string =>
    element("polygon", {
      points: points.map(([dx, dy]) => `${short(x + dx)},${short(y + dy)}`).join(" "),
      ...style,
    });
  switch (i % 4) {
    case 0:
      return element("circle", { cx: x, cy: y, r, ...style });
    case 1:
      return element("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, ...style });
    case 2:
      return polygon([0, -r - 1], [r + 1, r], [-r - 1, r]);
    default:
      return polygon([0, -r - 1.5], [r + 1.5, 0], [0, r + 1.5], [-r - 1.5, 0]);
  }
}

/** Of a picture, in pixels. */
export interface Size {
  width: number;
  height: number;
}

const TITLE_SIZE = 16;
/** Semi-bold letters are wider, most of all where no semi-bold ones are at hand and bold ones stand in. */
const TITLE_STRETCH = 1.2;

/** The width of a picture for a title and lines of text that begin at the left edge, and for `least` pixels. */
export function widthFor(title: string, lines: readonly string[], least: number): number {
  const texts = [
    textWidth(title, TITLE_SIZE) * TITLE_STRETCH,
    ...lines.map((line) => textWidth(line)),
  ];
  return Math.ceil(Math.min(WIDTH, Math.max(least, 2 * LEFT_EDGE + Math.max(...texts))));
}

/** The whole picture. `alternative` is what a screen reader says. */
export function picture(
  title: string,
  alternative: string,
  body: string,
  { width, height }: Size,
): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "font-family": FONT,
  };
  const head =
    element("title", {}, escapeXml(title)) +
    element("desc", {}, escapeXml(alternative)) +
    element("rect", { width, height, fill: PAPER }) +
    label(LEFT_EDGE, 28, title, { "font-size": TITLE_SIZE, "font-weight": 600 });
  return `${element("svg", attributes, `\n${head}\n${body}\n`)}\n`;
}

export const LEFT_EDGE = 20;
const LEGEND_TOP = 52;
const LEGEND_LINE = 20;

/** What one name takes, with its sample before and a gap behind it. */
export function legendWidth(name: string): number {
  return 40 + textWidth(name) + 14;
}

/** Names beside samples, in as many lines as needed, and where the plot may begin. */
export function legend(
  names: readonly string[],
  sample: (i: number, x: number, y: number) => string,
  pictureWidth = WIDTH,
): { body: string; bottom: number } {
  let [x, y] = [LEFT_EDGE, LEGEND_TOP];
  const parts = names.map((name, i) => {
    const width = legendWidth(name);
    if (x > LEFT_EDGE && x + width > pictureWidth - LEFT_EDGE)
      [x, y] = [LEFT_EDGE, y + LEGEND_LINE];
    const part = sample(i, x, y - 4) + label(x + 38, y, name, { fill: PALE_INK });
    x += width;
    return part;
  });
  return { body: parts.join("\n"), bottom: y + 14 };
}
