import type { Axis } from "../experiment.ts";
import { axisTitle, scale, type Scale } from "./scale.ts";
import {
  element,
  GRID,
  INK,
  label,
  LEFT_EDGE,
  PALE_INK,
  type Size,
  textWidth,
  WIDTH,
} from "./svg.ts";

export const RIGHT_EDGE = 24;
/** Of the plot itself, however long the legend above it is. */
const PLOT_HEIGHT = 304;
const TICK_NAMES_HEIGHT = 20;
/** From the names of the ticks to the end of the picture; the axis title stands in it. */
const FOOT = 38;

export interface Plot {
  x: Scale;
  y: Scale;
  left: number;
  right: number;
  bottom: number;
  size: Size;
  /** Grid, axes and their titles. */
  body: string;
}

/** What stands left of a plot: the title and the tick labels of its vertical axis. */
export function leftOf(y: Scale): number {
  return LEFT_EDGE + 28 + Math.max(...y.ticks.map((tick) => textWidth(tick.label)));
}

/**
 * Axes and grid below the legend, which ends at `top`. Without values of `x`, what stands below the axis is the
 * caller's, in `namesHeight` pixels.
 */
export function frame(parts: {
  top: number;
  width?: number;
  namesHeight?: number;
  x: { axis: Axis; values: readonly number[] } | { axis: Axis };
  y: { axis: Axis; values: readonly number[] };
}): Plot {
  const { width = WIDTH, namesHeight = TICK_NAMES_HEIGHT } = parts;
  const top = parts.top + 12;
  const [right, bottom] = [width - RIGHT_EDGE, top + PLOT_HEIGHT];
  const size = { width, height: Math.ceil(bottom + namesHeight + FOOT) };
  const y = scale(parts.y.axis, parts.y.values, bottom, top);
  const left = leftOf(y);
  const values = "values" in parts.x ? parts.x.values : [0, 1];
  const x = scale(parts.x.axis, values, left, right);
  const horizontal = y.ticks.map(
    (tick) =>
      element("line", { x1: left, y1: tick.at, x2: right, y2: tick.at, stroke: GRID }) +
      label(left - 8, tick.at + 4, tick.label, { "text-anchor": "end", fill: PALE_INK }),
  );
  const ticks = "values" in parts.x ? x.ticks : [];
  const vertical = ticks.map(
    (tick) =>
      element("line", { x1: tick.at, y1: bottom, x2: tick.at, y2: bottom + 5, stroke: INK }) +
      label(tick.at, bottom + TICK_NAMES_HEIGHT, tick.label, {
        "text-anchor": "middle",
        fill: PALE_INK,
      }),
  );
  const middle = (top + bottom) / 2;
  const titles =
    label((left + right) / 2, size.height - 14, axisTitle(parts.x.axis), {
      "text-anchor": "middle",
    }) +
    label(LEFT_EDGE, middle, axisTitle(parts.y.axis), {
      "text-anchor": "middle",
      transform: `rotate(-90 ${LEFT_EDGE} ${Math.round(middle)})`,
    });
  const axis = element("line", { x1: left, y1: bottom, x2: right, y2: bottom, stroke: INK });
  const body = [...horizontal, ...vertical, axis, titles].join("\n");
  return { x, y, left, right, bottom, size, body };
}
