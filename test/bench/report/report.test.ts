import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { chart, type ReportSection, table, text } from "../../../bench/experiment.ts";
import { markdownTable } from "../../../bench/report/markdown.ts";
import { plainText, writeReport } from "../../../bench/report/report.ts";
import { checkXml } from "./xml.ts";

const SECTIONS: ReportSection[] = [
  {
    title: "Result",
    parts: [
      text("Words."),
      table(["name", "value"], [["a|b", 12_345.5]]),
      chart({
        file: "figure",
        kind: "line",
        title: "A figure",
        caption: "Below it.",
        x: { title: "x" },
        y: { title: "y" },
        series: [{ name: "s", points: [[0, 1]] }],
      }),
    ],
  },
];

describe("a report", () => {
  it("is a page and its charts, and says what one needs to repeat it", (context) => {
    const folder = join(mkdtempSync(join(tmpdir(), "dispersy-report-")), "new");
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    const path = writeReport(folder, SECTIONS, {
      name: "spread",
      summary: "one bundle",
      commandLine: "dispersy bench spread --seed 7",
      seed: 7,
      signatures: "keyed hash",
      date: new Date("2030-01-02T03:04:05Z"),
      seconds: 12.3,
    });
    assert.deepEqual(readdirSync(folder).sort(), ["figure.svg", "report.md"]);
    checkXml(readFileSync(join(folder, "figure.svg"), "utf8"));
    const page = readFileSync(path, "utf8");
    const needed = ["# bench spread", "`dispersy bench spread --seed 7`", "keyed hash in place of"];
    const where = ["2030-01-02", process.version, process.platform, "cores", "12 s"];
    const content = ["## Result", "Words.", "12,345.5", "![A figure](figure.svg)", "Below it."];
    for (const words of [...needed, ...where, ...content]) assert.ok(page.includes(words), words);
  });

  it("on a terminal has no links to charts", () => {
    const shown = plainText(SECTIONS);
    assert.match(shown, /^RESULT\n\nWords\.\n\n\| name/);
    assert.doesNotMatch(shown, /figure/);
  });
});

it("a table puts numbers on the right and hides no bars", () => {
  const columns = [{ title: "name" }, { title: "value" }];
  assert.equal(
    markdownTable({
      columns,
      rows: [
        ["a|b", 5],
        ["c", 1_000],
      ],
    }),
    "| name | value |\n| ---- | ----: |\n| a\\|b |     5 |\n| c    | 1,000 |",
  );
});
