import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Chart } from "../../../bench/experiment.ts";
import { svgOf } from "../../../bench/report/chart.ts";
import { flawsOf } from "./layout.ts";
import { checkXml } from "./xml.ts";

const SHORT = ["apdf", "rnd", "seq", "blk", "eif"];
const nameOf = (i: number): string => `${SHORT[i % SHORT.length]}${i < SHORT.length ? "" : i}`;
const longNameOf = (i: number): string => `a rather long name, ${i + 1}`;

function charts(names: string[]): Chart[] {
  const about = { file: "x", x: { title: "NAT of the node that joins" } };
  return [
    {
      ...about,
      kind: "heat",
      title: "Share of the trials that get through",
      y: { title: "NAT of the node that has the bundle" },
      columns: names,
      rows: names,
      values: names.map((_, r) => names.map((__, c) => ((r * 7 + c * 3) % 11) / 10)),
    },
    {
      ...about,
      kind: "bars",
      title: "Bytes per second",
      y: { title: "bytes" },
      groups: names,
      series: [
        { name: "idle", values: names.map((_, i) => 1_500 + i) },
        { name: "busy with bundles", values: names.map((_, i) => 12_345 - i) },
      ],
    },
    {
      ...about,
      kind: "line",
      title: "Nodes that hold it",
      y: { title: "share", unit: "%", min: 0, max: 100 },
      series: names.map((name, i) => ({
        name,
        points: [
          [0, 0],
          [10, 100 - i],
        ],
      })),
    },
  ];
}

describe("a chart", () => {
  for (const rows of [1, 2, 4, 12, 65]) {
    for (const naming of [nameOf, longNameOf]) {
      const names = Array.from({ length: rows }, (_, i) => naming(i));
      for (const chart of charts(names)) {
        it(`of ${chart.kind} can be read with ${rows} rows like "${names[0]}"`, () => {
          const svg = svgOf(chart);
          checkXml(svg);
          assert.deepEqual(flawsOf(svg), []);
        });
      }
    }
  }

  it("is as wide as its title", () => {
    const [heat] = charts(SHORT.slice(0, 4));
    const title = "Published: success between 841 peers (Halkes and Pouwelse 2011)";
    assert.deepEqual(flawsOf(svgOf({ ...heat!, title })), []);
  });

  it("has no tick beyond an axis that begins between two", () => {
    const [, , line] = charts(["1 %, 1280 B", "30 %, 1280 B"]);
    const y = { title: "measured / predicted", min: 0.5, max: 1.5 };
    const svg = svgOf({ ...line!, y } as Chart);
    assert.deepEqual(flawsOf(svg), []);
    assert.ok(!svg.includes(">1.6<"));
  });

  it("keeps its words apart also where they are of few letters", () => {
    const flawed =
      '<svg viewBox="0 0 400 40"><text x="10" y="20" font-size="12">some words</text>' +
      '<text x="40" y="20" font-size="12">other words</text>' +
      '<text x="390" y="30" font-size="12">too far</text></svg>';
    assert.deepEqual(flawsOf(flawed), ['"some words" over "other words"', '"too far" is cut off']);
  });
});
