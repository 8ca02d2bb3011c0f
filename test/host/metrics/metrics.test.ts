import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FAMILIES } from "../../../node/host/metrics/families.ts";
import { hostOf, isLoopback, parseMetricsPlace } from "../../../node/host/metrics/place.ts";
import { Metrics } from "../../../node/host/metrics/registry.ts";
import type { Status } from "../../../node/host/status/node-status.ts";
import { lint, readMetrics } from "../../helpers/prometheus.ts";
import { projectSources } from "../../architecture.ts";
import { openNode } from "../support.ts";

/** Names, and the ends of names that begin alike. */
const COUNTERS = [
  ...projectSources()
    .get("node/core/counters.ts")!
    .matchAll(/(?<=[|={] ?)"([^"\n]+)"/g),
].map(([, name]) => name!);

const LAG = "dispersy_event_loop_lag_seconds";

async function textOf(status: Status): Promise<string> {
  const metrics = new Metrics(() => status);
  try {
    return await metrics.text();
  } finally {
    metrics.close();
  }
}

/** Everything that can be counted, each another number of times; and bundles that came. */
function everything(status: Status): Status {
  const names = [
    ...COUNTERS,
    "gate: rate",
    "rejected: empty",
    "bundle rejected: policy",
    "offer refused: epoch",
    "sent puncture",
    "received bundles",
    "send: EPERM",
    "hop limit: EINVAL",
    'open: a "quoted"\nand \\ one',
    "defects",
    "damaged records",
  ];
  const counters = Object.fromEntries(names.map((name, i) => [name, i + 1]));
  return { ...status, counters, delivery: { p50Ms: 50, p99Ms: 900, bundles: 100 } };
}

test("the text is of the format, its names follow the conventions, and all are in the manual", async (t) => {
  const node = await openNode(t);
  await node.createOverlay();
  await node.put(undefined, [new Uint8Array(3)]);
  const families = readMetrics(await textOf(everything(node.status())));
  const own = [...families.values()].filter(({ name }) => name.startsWith("dispersy_"));
  assert.deepEqual(own.flatMap(lint), []);
  const others = [...families.keys()].filter((name) => !name.startsWith("dispersy_"));
  assert.ok(others.length > 10);
  for (const name of others) assert.match(name, /^(process|nodejs)_/);
  const rows = own.map(({ name, type, help, samples }) => {
    const labels = Object.keys(samples[0]!.labels).map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} |`;
  });
  const manual = readFileSync("docs/metrics.md", "utf8").split("\n");
  const described = manual.filter((line) => line.startsWith("| `dispersy_"));
  assert.deepEqual(described.toSorted(), rows.toSorted());
  assert.equal(own.length, FAMILIES.length + 1);
});

test("each counter is told once, and none is lost", async (t) => {
  const status = everything((await openNode(t)).status());
  const families = readMetrics(await textOf(status));
  const counted = [...families.values()].filter(({ name, type }) => {
    const isTraffic = /_(datagrams|bytes)_(received|sent)_|_(received|sent)_bytes_/.test(name);
    return name.startsWith("dispersy_") && type === "counter" && !isTraffic;
  });
  const values = counted.flatMap(({ samples }) => samples.map(({ value }) => value));
  values.push(families.get("dispersy_damaged_records")!.samples[0]!.value);
  const expected = Object.values(status.counters as Record<string, number>);
  const ascending = (a: number, b: number): number => a - b;
  assert.deepEqual(values.toSorted(ascending), expected.toSorted(ascending));
});

test("no label names an address, an overlay or a member", async (t) => {
  const node = await openNode(t);
  const { overlay, member } = await node.createOverlay();
  const text = await textOf(node.status());
  for (const secret of [overlay, member, node.listen[0]!, node.status().overlays[0]!.instance]) {
    assert.ok(!text.includes(secret), secret);
  }
});

test("what a tracker does not have is absent, not 0", async (t) => {
  const tracker = await openNode(t, { role: "tracker" });
  const families = readMetrics(await textOf(tracker.status()));
  assert.ok(!families.has("dispersy_disk_free_bytes"));
  assert.equal(families.get("dispersy_healthy")!.samples[0]!.value, 1);
  assert.deepEqual(families.get("dispersy_build_info")!.samples[0]!.labels["role"], "tracker");
});

test("the lag of the event loop is seen", async (t) => {
  const status = (await openNode(t)).status();
  const metrics = new Metrics(() => status);
  t.after(() => metrics.close());
  const until = performance.now() + 400;
  await new Promise((resolve) => setTimeout(resolve, 20));
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { samples } = readMetrics(await metrics.text()).get(LAG)!;
  const late = (le: string): number => samples.find(({ labels }) => labels["le"] === le)!.value;
  // Whatever else the machine did, one look came 200 ms late at least.
  assert.ok(late("+Inf") - late("0.2") >= 1);
});

test("who asks twice within a second is told the same, and the status is made once", async (t) => {
  const status = (await openNode(t)).status();
  let made = 0;
  const metrics = new Metrics(() => {
    made++;
    return status;
  });
  t.after(() => metrics.close());
  const texts = await Promise.all(Array.from({ length: 100 }, () => metrics.text()));
  assert.equal(new Set(texts).size, 1);
  assert.equal(made, 1);
});

test("a place is a port of this machine alone, or host:port", () => {
  assert.deepEqual(parseMetricsPlace("9464"), { host: "127.0.0.1", port: 9464 });
  assert.deepEqual(parseMetricsPlace("0"), { host: "127.0.0.1", port: 0 });
  assert.deepEqual(parseMetricsPlace("0.0.0.0:9464"), { host: "0.0.0.0", port: 9464 });
  assert.deepEqual(parseMetricsPlace("[::1]:0"), { host: "::1", port: 0 });
  assert.deepEqual(parseMetricsPlace("localhost:80"), { host: "localhost", port: 80 });
  for (const wrong of ["", ":9464", "x", "65536", "-1", "1e3", "a b:1", "::1:9464", "host:"]) {
    assert.throws(() => parseMetricsPlace(wrong), { exitCode: 2 }, wrong);
  }
});

test("names of this machine are told from others", () => {
  const own = ["localhost", "LOCALHOST:1", "127.0.0.1", "127.8.9.1:9464", "[::1]", "[::1]:9464"];
  for (const header of own) assert.ok(isLoopback(hostOf(header)), header);
  const strange = ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"];
  strange.push("evil.example:127", "x@localhost", "192.0.2.1", "[2001:db8::1]:1", "0.0.0.0");
  for (const header of strange) assert.ok(!isLoopback(hostOf(header)), header);
});

test("the reader of these tests refuses what is not of the format", () => {
  const head = "# HELP a_total Help.\n# TYPE a_total counter\n";
  assert.equal(readMetrics(`${head}a_total 1\n`).size, 1);
  for (const wrong of [
    "a_total 1",
    "a_total\n",
    "a_total one\n",
    "b_total 1\n",
    "a_total 1\na_total 2\n",
  ])
    assert.throws(() => readMetrics(head + wrong), wrong);
  for (const labels of ["{x=1}", '{x="a\nb"}', '{x="1",x="2"}', '{1="1"}', '{x="\\t"}'])
    assert.throws(() => readMetrics(`${head}a_total${labels} 1\n`), labels);
  assert.throws(() => readMetrics("a_total 1\n"), "no type");
  assert.throws(() => readMetrics(`${head}a_total 1\n${head}`), "twice");
});
