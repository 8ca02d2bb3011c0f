import type { Chart } from "../experiment.ts";
import { frame, type Plot } from "./frame.ts";
import { axisTitle, tickLabel } from "./scale.ts";
import { colour, element, label, legend, PALE_INK, picture } from "./svg.ts";

type Bars = Extract<Chart, { kind: "bars" }>;

/** Part of a group's width that its bars take. */
const FILLED = 0.76;
/** More bars than this leave no room for the value above each. */
const MAX_LABELLED = 24;
/** A single thin bar in a wide field looks lost, a very wide one like a wall. */
const MAX_BAR_WIDTH = 64;

export function barChart(chart: Bars): string {
  const { title, x, y, groups, series } = chart;
  const names = legend(
    series.map(({ name }) => name),
    (i, left, middle) => bar(i, left, middle - 6, 30, 12),
  );
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  const plot = frame({ top: names.bottom, x: { axis: x }, y: { axis: y, values } });
  const body = groups.map((group, g) => groupOfBars(chart, plot, group, g)).join("\n");
  const alternative = `Bars of ${axisTitle(y)} by ${axisTitle(x)}: ${series.map(({ name }) => name).join("; ")}.`;
  return picture(
    title,
    alternative,
    `${patterns(series.length)}\n${names.body}\n${plot.body}\n${body}`,
  );
}

function groupOfBars({ groups, series }: Bars, plot: Plot, group: string, g: number): string {
  const room = (plot.right - plot.left) / groups.length;
  const width = Math.min(MAX_BAR_WIDTH, (room * FILLED) / series.length);
  const middle = plot.left + room * (g + 0.5);
  const first = middle - (width * series.length) / 2;
  const isLabelled = groups.length * series.length <= MAX_LABELLED;
  const bars = series.map(({ values }, i) => {
    const value = values[g] ?? null;
    const x = first + i * width;
    if (value === null) return "";
    const top = Math.min(plot.y.at(value), plot.bottom);
    const drawn = bar(i, x + 1, top, width - 2, plot.bottom - top);
    if (!isLabelled) return drawn;
    const words = tickLabel(Number(value.toPrecision(3)));
    return (
      drawn + label(x + width / 2, top - 5, words, { "text-anchor": "middle", "font-size": 11 })
    );
  });
  const name = label(middle, plot.bottom + 20, group, { "text-anchor": "middle", fill: PALE_INK });
  return bars.join("") + name;
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
