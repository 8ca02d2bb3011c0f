import assert from "node:assert/strict";
import { test } from "node:test";
import { endedElements } from "../../../node/host/portmap/xml.ts";

const read = (xml: string) => [...endedElements(xml)].map(({ name, text }) => [name, text]);

test("texts are read with their element's name, whatever is around them", () => {
  assert.deepEqual(read('<a><errorCode x="1"> 718 </errorCode></a>'), [
    ["errorcode", "718"],
    ["a", ""],
  ]);
  assert.deepEqual(read("<s:A ><u:B\n>1</u:B ></s:A>"), [
    ["b", "1"],
    ["a", ""],
  ]);
  assert.deepEqual(read("<a>1&amp;2&lt;<![CDATA[<3>&amp;]]>4<!-- </a> -->5</a>"), [
    ["a", "1&2<<3>&amp;45"],
  ]);
  assert.deepEqual(read("\ufeff<?xml?><a/><b>x & y</b>"), [["b", "x & y"]]);
});

test("what is cut off ends the reading, and what was whole before counts", () => {
  for (const rest of ["", "<", "<b", "<b>2", "<!--", "<![CDATA[2", "</"]) {
    const [first] = read(`<r><a>1</a>${rest}`);
    assert.deepEqual(first, ["a", "1"], rest);
  }
});

test("64 KiB take four times as long as 16 KiB, whatever they are", () => {
  const pieces = [
    "<a",
    "<a ",
    "<a x",
    "<a>",
    "</a>",
    "<a></b>",
    "<!--",
    "<![CDATA[",
    "]]>",
    "&amp",
    "&",
    ">",
    " ",
  ];
  for (const piece of pieces) {
    const small = leastMs(piece.repeat((16 * 1024) / piece.length));
    const large = leastMs(piece.repeat((64 * 1024) / piece.length));
    // Twice as much, and a millisecond for what is measured along with it; quadratic would be 16 times.
    assert.ok(large < 8 * small + 1, `${JSON.stringify(piece)}: ${large} after ${small} ms`);
  }
});

/** The least processor time of ten readings: what the machine does meanwhile does not count. */
function leastMs(xml: string): number {
  let least = Infinity;
  for (let tries = 0; tries < 10; tries++) {
    const start = process.cpuUsage();
    read(xml);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
