import type { Chart, Series } from "../experiment.ts";
import { frame, type Plot } from "./frame.ts";
import { axisTitle } from "./scale.ts";
import { colour, element, legend, mark, picture } from "./svg.ts";

/** Marks per line at most: they tell lines apart, they need not show every point. */
const MAX_MARKS = 12;
const DASHES = "7 5";

export function lineChart(chart: Extract<Chart, { kind: "line" }>): string {
  const { title, x, y, series } = chart;
  const names = legend(
    series.map(({ name }) => name),
    (i, left, middle) =>
      element("line", { x1: left, y1: middle, x2: left + 30, y2: middle, ...stroke(series, i) }) +
      mark(i, left + 15, middle, series[i]!.reference),
  );
  const points = series.flatMap((one) => one.points);
  const plot = frame({
    top: names.bottom,
    x: { axis: x, values: points.map(([value]) => value) },
    y: { axis: y, values: points.map(([, value]) => value) },
  });
  const drawn = series.map((one, i) => line(one, i, plot, series));
  // What is measured stands on what it is compared with, and hides it rather than the other way round.
  const isReference = (i: number): boolean => series[i]!.reference === true;
  const lines = [
    ...drawn.filter((_, i) => isReference(i)),
    ...drawn.filter((_, i) => !isReference(i)),
  ].join("\n");
  const alternative = `Lines of ${axisTitle(y)} over ${axisTitle(x)}: ${series.map(({ name }) => name).join("; ")}.`;
  return picture(title, alternative, `${names.body}\n${plot.body}\n${lines}`, plot.size);
}

function line({ points, reference }: Series, i: number, plot: Plot, all: Series[]): string {
  const places = points.map(([x, y]) => [plot.x.at(x), plot.y.at(y)] as const);
  const path = places.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
  const every = Math.max(1, Math.ceil(places.length / MAX_MARKS));
  const marks = places
    // Staggered, so that the marks of lines that coincide can all be seen.
    .filter(
      (_, n) => places.length <= MAX_MARKS || n % every === Math.floor((i * every) / all.length),
    )
    .map(([x, y]) => mark(i, x, y, reference));
  return element("polyline", { points: path, fill: "none", ...stroke(all, i) }) + marks.join("");
}

function stroke(series: readonly Series[], i: number): Record<string, string | number | undefined> {
  return {
    stroke: colour(i),
    "stroke-width": 2,
    "stroke-linejoin": "round",
    "stroke-dasharray": series[i]!.reference === true ? DASHES : undefined,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
