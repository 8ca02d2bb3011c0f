import type { Chart } from "../experiment.ts";
import { categoryNames } from "./category-names.ts";
import { frame, leftOf, type Plot, RIGHT_EDGE } from "./frame.ts";
import { axisTitle, scale, tickLabel } from "./scale.ts";
import {
  colour,
  element,
  label,
  LEFT_EDGE,
  legend,
  legendWidth,
  picture,
  textWidth,
  widthFor,
} from "./svg.ts";

type Bars = Extract<Chart, { kind: "bars" }>;

/** Part of a group's width that its bars take. */
const FILLED = 0.76;
/** Of the value above a bar, in pixels. */
const VALUE_SIZE = 11;
/** A very wide bar looks like a wall: the picture of a few bars is narrower instead. */
const MAX_BAR_WIDTH = 96;

export function barChart(chart: Bars): string {
  const { title, x, y, groups, series } = chart;
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  const left = leftOf(scale(y, values, 0, 1));
  const named = series.map(({ name }) => name);
  const bars = (groups.length * series.length * MAX_BAR_WIDTH) / FILLED;
  const legendLine = LEFT_EDGE + Math.max(0, ...named.map(legendWidth));
  const width = widthFor(title, [axisTitle(x)], Math.max(left + bars + RIGHT_EDGE, legendLine));
  const names = legend(named, (i, start, middle) => bar(i, start, middle - 6, 30, 12), width);
  const room = (width - RIGHT_EDGE - left) / Math.max(1, groups.length);
  const { height: namesHeight } = categoryNames(groups, { left, bottom: 0, room });
  const plot = frame({
    top: names.bottom,
    width,
    namesHeight,
    x: { axis: x },
    y: { axis: y, values },
  });
  const groupNames = categoryNames(groups, { left, bottom: plot.bottom, room });
  const widest = Math.max(0, ...values.map((value) => textWidth(valueLabel(value), VALUE_SIZE)));
  const isLabelled = widest <= barWidth(room, series.length);
  const body = groups.map((_, g) => groupOfBars(chart, plot, g, isLabelled)).join("\n");
  const alternative = `Bars of ${axisTitle(y)} by ${axisTitle(x)}: ${named.join("; ")}.`;
  return picture(
    title,
    alternative,
    [patterns(series.length), names.body, plot.body, body, groupNames.body].join("\n"),
    plot.size,
  );
}

function barWidth(room: number, series: number): number {
  return Math.min(MAX_BAR_WIDTH, (room * FILLED) / series);
}

/** In three digits. */
function valueLabel(value: number): string {
  return tickLabel(Number(value.toPrecision(3)));
}

/** `isLabelled`: the value above each bar does not run into the next one. */
function groupOfBars({ groups, series }: Bars, plot: Plot, g: number, isLabelled: boolean): string {
  const room = (plot.right - plot.left) / groups.length;
  const width = barWidth(room, series.length);
  const middle = plot.left + room * (g + 0.5);
  const first = middle - (width * series.length) / 2;
  const bars = series.map(({ values }, i) => {
    const value = values[g] ?? null;
    const x = first + i * width;
    if (value === null) return "";
    const top = Math.min(plot.y.at(value), plot.bottom);
    const drawn = bar(i, x + 1, top, width - 2, plot.bottom - top);
    if (!isLabelled) return drawn;
    return (
      drawn +
      label(x + width / 2, top - 5, valueLabel(value), {
        "text-anchor": "middle",
        "font-size": VALUE_SIZE,
      })
    );
  });
  return bars.join("");
}

function bar(i: number, x: number, y: number, width: number, height: number): string {
  const place = { x, y, width, height: Math.max(height, 0) };
  return element("rect", { ...place, fill: `url(#fill${i})`, stroke: colour(i) });
}

/** Solid, striped, dotted, empty: told apart without colour. */
function patterns(count: number): string {
  const size = { width: 8, height: 8, patternUnits: "userSpaceOnUse" };
  const fills = Array.from({ length: count }, (_, i) => {
    const ground = element("rect", {
      width: 8,
      height: 8,
      fill: colour(i),
      "fill-opacity": i % 4 === 0 ? 0.85 : 0.22,
    });
    const line = { stroke: colour(i), "stroke-width": 2 };
    const figure = [
      "",
      element("path", { d: "M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6", ...line }),
      element("circle", { cx: 4, cy: 4, r: 1.6, fill: colour(i) }),
      "",
    ][i % 4]!;
    return element("pattern", { id: `fill${i}`, ...size }, ground + figure);
  });
  return element("defs", {}, fills.join(""));
}
