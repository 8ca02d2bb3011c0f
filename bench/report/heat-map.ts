import type { Chart } from "../experiment.ts";
import { categoryNames } from "./category-names.ts";
import { axisTitle } from "./scale.ts";
import { element, INK, label, LEFT_EDGE, PALE_INK, picture, textWidth, widthFor } from "./svg.ts";

type Heat = Extract<Chart, { kind: "heat" }>;

const TOP = 88;
/** Of a cell. Many rows are lower, so that they fit on a page. */
const MAX_CELL_HEIGHT = 44;
const MIN_CELL_HEIGHT = 16;
const MOST_HEIGHT = 700;
/** Room that a cell asks for; the cells then fill the picture, which may be wider because of its title. */
const CELL_WIDTH = 96;
const CELL_PADDING = 4;
/** White to deep blue: of one hue, so that darkness alone tells. */
const PALE = [244, 248, 252] as const;
const DEEP = [8, 69, 126] as const;
/** On cells darker than this, the figure is white. */
const DARK = 0.55;
const KEY_WIDTH = 140;
const KEY_STEPS = 20;

export function heatMap(chart: Heat): string {
  const { title, x, y, columns, rows, values, words } = chart;
  const left = LEFT_EDGE + 8 + Math.max(0, ...rows.map((row) => textWidth(row)));
  const wanted = left + columns.length * CELL_WIDTH + LEFT_EDGE;
  const keyWidth = 2 * LEFT_EDGE + keyLength(words);
  const width = widthFor(title, [rowsTitle(y), axisTitle(x)], Math.max(wanted, keyWidth));
  const room = (width - LEFT_EDGE - left) / Math.max(1, columns.length);
  const height = Math.min(MAX_CELL_HEIGHT, Math.max(MIN_CELL_HEIGHT, MOST_HEIGHT / rows.length));
  const bottom = TOP + rows.length * height;
  const said = (r: number, c: number): string => {
    const value = values[r]?.[c] ?? null;
    return words?.cells[r]?.[c] ?? (value === null ? "" : `${Math.round(value * 100)} %`);
  };
  const all = rows.flatMap((_, r) => columns.map((__, c) => said(r, c)));
  // Words that do not fit would run into each other: then the shades alone tell.
  const isSaid = Math.max(0, ...all.map((one) => textWidth(one))) + CELL_PADDING <= room;
  const cells = rows.flatMap((_, r) =>
    columns.map((__, c) =>
      cell(values[r]?.[c] ?? null, isSaid ? said(r, c) : "", {
        x: left + c * room,
        y: TOP + r * height,
        width: room,
        height,
      }),
    ),
  );
  const columnNames = categoryNames(columns, { left, bottom, room });
  const end = bottom + columnNames.height;
  const names = [
    columnNames.body,
    ...rows.map((name, r) =>
      label(left - 8, TOP + (r + 0.5) * height + 4, name, {
        "text-anchor": "end",
        fill: PALE_INK,
      }),
    ),
    label(LEFT_EDGE, TOP - 10, rowsTitle(y)),
    label(width - LEFT_EDGE, end + 24, axisTitle(x), { "text-anchor": "end" }),
  ];
  const alternative = `${title}, by ${axisTitle(y)} and ${axisTitle(x)}, one cell per pair.`;
  const body = [key(words), ...cells, ...names].join("\n");
  return picture(title, alternative, body, { width, height: Math.ceil(end + 40) });
}

/** It stands above the names of the rows, since one row alone has no room for it at its side. */
function rowsTitle(y: Heat["y"]): string {
  return `${axisTitle(y)} ↓`;
}

function cell(
  value: number | null,
  words: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): string {
  const place = { x: x + 1, y: y + 1, width: width - 2, height: height - 2, rx: 3 };
  if (value === null) return element("rect", { ...place, fill: "none", stroke: "#cbd2d9" });
  const ink = value > DARK ? "#ffffff" : INK;
  const at = [x + width / 2, y + height / 2 + 4] as const;
  const said = words === "" ? "" : label(...at, words, { "text-anchor": "middle", fill: ink });
  return element("rect", { ...place, fill: shade(value) }) + said;
}

const SHARES = { least: "0 %", most: "100 %" };

function keyLength({ least, most } = SHARES): number {
  return textWidth(least) + 8 + KEY_WIDTH + 8 + textWidth(most);
}

/** What the shades mean. */
function key({ least, most } = SHARES): string {
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
