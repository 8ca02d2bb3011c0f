import type { Axis } from "../experiment.ts";
import { axisTitle, scale, type Scale } from "./scale.ts";
import { element, GRID, HEIGHT, INK, label, LEFT_EDGE, PALE_INK, textWidth, WIDTH } from "./svg.ts";

const RIGHT = WIDTH - 24;
const BOTTOM = HEIGHT - 58;

export interface Plot {
  x: Scale;
  y: Scale;
  left: number;
  right: number;
  bottom: number;
  /** Grid, axes and their titles. */
  body: string;
}

/** Axes and grid below the legend, which ends at `top`. Without `x`, the horizontal axis is the caller's. */
export function frame(parts: {
  top: number;
  x: { axis: Axis; values: readonly number[] } | { axis: Axis };
  y: { axis: Axis; values: readonly number[] };
}): Plot {
  const top = parts.top + 12;
  const y = scale(parts.y.axis, parts.y.values, BOTTOM, top);
  const left = LEFT_EDGE + 28 + Math.max(...y.ticks.map((tick) => textWidth(tick.label)));
  const values = "values" in parts.x ? parts.x.values : [0, 1];
  const x = scale(parts.x.axis, values, left, RIGHT);
  const horizontal = y.ticks.map(
    (tick) =>
      element("line", { x1: left, y1: tick.at, x2: RIGHT, y2: tick.at, stroke: GRID }) +
      label(left - 8, tick.at + 4, tick.label, { "text-anchor": "end", fill: PALE_INK }),
  );
  const ticks = "values" in parts.x ? x.ticks : [];
  const vertical = ticks.map(
    (tick) =>
      element("line", { x1: tick.at, y1: BOTTOM, x2: tick.at, y2: BOTTOM + 5, stroke: INK }) +
      label(tick.at, BOTTOM + 20, tick.label, { "text-anchor": "middle", fill: PALE_INK }),
  );
  const middle = (top + BOTTOM) / 2;
  const titles =
    label((left + RIGHT) / 2, HEIGHT - 14, axisTitle(parts.x.axis), { "text-anchor": "middle" }) +
    label(LEFT_EDGE, middle, axisTitle(parts.y.axis), {
      "text-anchor": "middle",
      transform: `rotate(-90 ${LEFT_EDGE} ${Math.round(middle)})`,
    });
  const axis = element("line", { x1: left, y1: BOTTOM, x2: RIGHT, y2: BOTTOM, stroke: INK });
  const body = [...horizontal, ...vertical, axis, titles].join("\n");
  return { x, y, left, right: RIGHT, bottom: BOTTOM, body };
}
