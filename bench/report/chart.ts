import type { Chart } from "../experiment.ts";
import { barChart } from "./bar-chart.ts";
import { heatMap } from "./heat-map.ts";
import { lineChart } from "./line-chart.ts";

/** The chart as a file of SVG. */
export function svgOf(chart: Chart): string {
  switch (chart.kind) {
    case "line":
      return lineChart(chart);
    case "bars":
      return barChart(chart);
    case "heat":
      return heatMap(chart);
  }
}
