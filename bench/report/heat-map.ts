import type { Chart } from "../experiment.ts";
import { axisTitle } from "./scale.ts";
import { element, INK, label, LEFT_EDGE, PALE_INK, picture, textWidth, WIDTH } from "./svg.ts";

type Heat = Extract<Chart, { kind: "heat" }>;

const TOP = 84;
const ROW_HEIGHT = 44;
const MAX_CELL_WIDTH = 96;
/** White to deep blue: of one hue, so that darkness alone tells. */
const PALE = [244, 248, 252] as const;
const DEEP = [8, 69, 126] as const;
/** On cells darker than this, the figure is white. */
const DARK = 0.55;
const KEY_WIDTH = 140;
const KEY_STEPS = 20;

export function heatMap(chart: Heat): string {
  const { title, x, y, columns, rows, values, words } = chart;
  const left = LEFT_EDGE + 34 + Math.max(...rows.map((row) => textWidth(row)));
  const width = Math.min(MAX_CELL_WIDTH, (WIDTH - LEFT_EDGE - left) / columns.length);
  const bottom = TOP + rows.length * ROW_HEIGHT;
  const cells = rows.flatMap((_, r) =>
    columns.map((__, c) =>
      cell(values[r]?.[c] ?? null, words?.cells[r]?.[c], {
        x: left + c * width,
        y: TOP + r * ROW_HEIGHT,
        width,
      }),
    ),
  );
  const middle = TOP + (rows.length * ROW_HEIGHT) / 2;
  const names = [
    ...columns.map((name, c) =>
      label(left + (c + 0.5) * width, bottom + 18, name, {
        "text-anchor": "middle",
        fill: PALE_INK,
      }),
    ),
    ...rows.map((name, r) =>
      label(left - 8, TOP + (r + 0.5) * ROW_HEIGHT + 4, name, {
        "text-anchor": "end",
        fill: PALE_INK,
      }),
    ),
    label(left + (columns.length * width) / 2, bottom + 42, axisTitle(x), {
      "text-anchor": "middle",
    }),
    label(LEFT_EDGE, middle, axisTitle(y), {
      "text-anchor": "middle",
      transform: `rotate(-90 ${LEFT_EDGE} ${middle})`,
    }),
  ];
  const alternative = `${title}, by ${axisTitle(y)} and ${axisTitle(x)}, one cell per pair.`;
  return picture(title, alternative, [key(words), ...cells, ...names].join("\n"), bottom + 60);
}

function cell(
  value: number | null,
  said: string | undefined,
  { x, y, width }: { x: number; y: number; width: number },
): string {
  const place = { x: x + 1, y: y + 1, width: width - 2, height: ROW_HEIGHT - 2, rx: 3 };
  if (value === null) return element("rect", { ...place, fill: "none", stroke: "#cbd2d9" });
  const words = said ?? `${Math.round(value * 100)} %`;
  const ink = value > DARK ? "#ffffff" : INK;
  const at = [x + width / 2, y + ROW_HEIGHT / 2 + 4] as const;
  return (
    element("rect", { ...place, fill: shade(value) }) +
    label(...at, words, { "text-anchor": "middle", fill: ink })
  );
}

/** What the shades mean. */
function key({ least, most } = { least: "0 %", most: "100 %" }): string {
  const step = KEY_WIDTH / KEY_STEPS;
  const left = LEFT_EDGE + textWidth(least) + 8;
  const shades = Array.from({ length: KEY_STEPS }, (_, i) =>
    element("rect", {
      x: left + i * step,
      y: 46,
      width: step + 0.5,
      height: 12,
      fill: shade(i / (KEY_STEPS - 1)),
    }),
  );
  return (
    label(LEFT_EDGE, 56, least, { fill: PALE_INK }) +
    shades.join("") +
    label(left + KEY_WIDTH + 8, 56, most, { fill: PALE_INK })
  );
}

function shade(value: number): string {
  const share = Math.min(1, Math.max(0, value));
  const parts = PALE.map((pale, i) => Math.round(pale + (DEEP[i]! - pale) * share));
  return `rgb(${parts.join(",")})`;
}
