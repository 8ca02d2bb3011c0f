import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Chart, Series } from "../../../bench/experiment.ts";
import { svgOf } from "../../../bench/report/chart.ts";
import { tickLabel } from "../../../bench/report/scale.ts";
import { checkXml } from "./xml.ts";

const LINE: Extract<Chart, { kind: "line" }> = {
  file: "line",
  kind: "line",
  title: "A & B <over> time",
  x: { title: "time", unit: "s" },
  y: { title: 'the "share"', unit: "%", min: 0, max: 100 },
  series: [
    {
      name: "measured",
      points: [
        [0, 0],
        [10, 50],
        [20, 100],
      ],
    },
    {
      name: "calculated",
      points: [
        [0, 0],
        [20, 90],
      ],
      reference: true,
    },
  ],
};

const BARS: Chart = {
  file: "bars",
  kind: "bars",
  title: "Bars",
  x: { title: "kind" },
  y: { title: "bytes" },
  groups: ["one", "two"],
  series: [
    { name: "idle", values: [1_500, null] },
    { name: "busy", values: [3_000, 12_345] },
  ],
};

const HEAT: Chart = {
  file: "heat",
  kind: "heat",
  title: "Heat",
  x: { title: "to" },
  y: { title: "from" },
  columns: ["p", "q"],
  rows: ["r", "s"],
  values: [
    [0, 0.25],
    [1, null],
  ],
};

describe("a chart", () => {
  for (const chart of [LINE, BARS, HEAT]) {
    it(`of ${chart.kind} is well-formed XML with title, axes and legend`, () => {
      const svg = svgOf(chart);
      checkXml(svg);
      assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      const said = svg.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
      const words = [chart.title, chart.x.title, chart.y.title.replaceAll('"', "&quot;")];
      const names = "series" in chart ? chart.series.map(({ name }) => name) : chart.columns;
      for (const word of [...words, ...names]) assert.ok(said.includes(word), word);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    });
  }

  it("of lines draws every point where its axes say", () => {
    // What it is compared with lies below what is measured.
    const [calculated = "", measured = ""] = [...svgOf(LINE).matchAll(/<polyline[^>]*>/g)].map(
      ([line]) => line,
    );
    const points = /points="([^"]*)"/.exec(measured)![1]!.split(" ");
    const [first, middle, last] = points.map((point) => point.split(",").map(Number)) as [
      number[],
      number[],
      number[],
    ];
    assert.ok(Math.abs(middle[0]! - (first[0]! + last[0]!) / 2) < 0.02, "half way across");
    assert.ok(Math.abs(middle[1]! - (first[1]! + last[1]!) / 2) < 0.02, "half way up");
    assert.ok(last[1]! < first[1]!, "more is higher");
    assert.doesNotMatch(measured, /dasharray/);
    assert.match(calculated, /dasharray/);
  });

  it("of bars draws them in proportion and writes the values", () => {
    const svg = svgOf(BARS);
    const heights = [...svg.matchAll(/<rect x="[^"]*" y="[^"]*" width="[^"]*" height="([^"]*)"/g)]
      .map(([, height]) => Number(height))
      .slice(2);
    assert.equal(heights.length, 3);
    assert.ok(Math.abs(heights[1]! / heights[0]! - 2) < 0.01);
    for (const value of ["1,500", "3,000", "12.3k"]) assert.ok(svg.includes(`>${value}<`), value);
  });

  it("of bars tells series apart without colour", () => {
    const fills = [...svgOf(BARS).matchAll(/<pattern.*?<\/pattern>/g)].map(([fill]) =>
      fill.replaceAll(/#[0-9a-f]{6}|fill\d/g, ""),
    );
    assert.equal(new Set(fills).size, 2);
  });

  it("of heat writes each share in its cell, darker for more", () => {
    const svg = svgOf(HEAT);
    for (const share of ["0 %", "25 %", "100 %"]) assert.ok(svg.includes(`>${share}<`), share);
    const shades = [...svg.matchAll(/rx="3" fill="rgb\((\d+),/g)].map(([, red]) => Number(red));
    assert.equal(shades.length, 3);
    assert.ok(shades[0]! > shades[1]! && shades[1]! > shades[2]!);
    assert.match(svg, /fill="none" stroke/);
  });

  it("of heat says other words in its cells, if it was given some", () => {
    const cells = [
      ["0.1 s", "2 s"],
      ["20 s", ""],
    ];
    const svg = svgOf({ ...HEAT, words: { cells, least: "0 s", most: "20 s" } } as Chart);
    checkXml(svg);
    for (const word of ["0.1 s", "2 s", "0 s"]) assert.ok(svg.includes(`>${word}<`), word);
    assert.ok(!svg.includes("%"));
  });

  it("with a logarithmic axis has powers of ten as ticks", () => {
    const points = [1, 10, 100, 1_000].map((value, i) => [i, value] as const);
    const y = { title: "bytes", scale: "log" } as const;
    const svg = svgOf({ ...LINE, y, series: [{ name: "one", points }] });
    checkXml(svg);
    for (const tick of ["1", "10", "100", "1,000"]) assert.ok(svg.includes(`>${tick}<`), tick);
  });

  it("of nothing is still a chart", () => {
    const zero: Series[] = [{ name: "zero", points: [[0, 0]] }];
    for (const series of [[], [{ name: "none", points: [] }], zero]) {
      const svg = svgOf({ ...LINE, y: { title: "y" }, series });
      checkXml(svg);
      assert.doesNotMatch(svg, /NaN|Infinity/);
    }
  });
});

it("tick labels are short", () => {
  assert.deepEqual([0, 0.1, 1_500, 20_000, 3e6, 2e9].map(tickLabel), [
    "0",
    "0.1",
    "1,500",
    "20k",
    "3M",
    "2G",
  ]);
});
