/*
 * The text format of Prometheus, version 0.0.4, read as strictly as its specification allows:
 * https://prometheus.io/docs/instrumenting/exposition_formats/ ; and what `promtool check metrics` complains about.
 */
import assert from "node:assert/strict";

export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface ReadFamily {
  name: string;
  help: string;
  type: string;
  samples: ReadSample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`);
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i;

/** All families by name. Throws for whatever is not of the format. */
export function readMetrics(text: string): Map<string, ReadFamily> {
  assert.ok(text.endsWith("\n"), "the last line ends");
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let current: ReadFamily | undefined;
  for (const line of text.split("\n").slice(0, -1)) {
    if (line === "") continue;
    const [, helped, help] = HELP.exec(line) ?? [];
    const [, typed, type] = TYPE.exec(line) ?? [];
    if (helped !== undefined) {
      assert.ok(!families.has(helped), `${helped} comes twice`);
      current = { name: helped, help: help!, type: "", samples: [] };
      families.set(helped, current);
    } else if (typed !== undefined) {
      assert.equal(typed, current?.name, "the type follows the help");
      assert.equal(current!.type, "", "one type");
      assert.equal(current!.samples.length, 0, "the type comes before the samples");
      current!.type = type!;
    } else {
      const sample = readSample(line);
      assert.ok(current !== undefined && current.type !== "", `no type for ${line}`);
      assert.equal(familyOf(sample.name, current.type), current.name, "families are together");
      const identity = line.slice(0, line.lastIndexOf(" "));
      assert.ok(!seen.has(identity), `${identity} comes twice`);
      seen.add(identity);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) if (family.type === "histogram") checkHistogram(family);
  return families;
}

function readSample(line: string): ReadSample {
  const [, name, labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  assert.ok(name !== undefined, `no sample: ${line}`);
  assert.match(value, NUMBER, line);
  const pairs = [...labels.matchAll(new RegExp(LABEL, "g"))].map(([pair]) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 2, -1)] as const;
  });
  assert.equal(new Set(pairs.map(([label]) => label)).size, pairs.length, `a label twice: ${line}`);
  const number = value.replace(/Inf$/i, "Infinity");
  return { name, labels: Object.fromEntries(pairs), value: Number(number) };
}

function familyOf(name: string, type: string): string {
  if (type === "histogram") return name.replace(/_(bucket|sum|count)$/, "");
  return type === "summary" ? name.replace(/_(sum|count)$/, "") : name;
}

/** Of one without labels of its own, or of the first of them. */
function checkHistogram({ name, samples }: ReadFamily): void {
  const own = ({ le: _le, ...rest }: Record<string, string>): string => JSON.stringify(rest);
  for (const key of new Set(samples.map(({ labels }) => own(labels)))) {
    const those = samples.filter(({ labels }) => own(labels) === key);
    const buckets = those.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels["le"]!.replace("+Inf", "Infinity")));
    assert.deepEqual(
      bounds,
      bounds.toSorted((a, b) => a - b),
    );
    assert.equal(bounds.at(-1), Infinity);
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
      "buckets are cumulative",
    );
    const count = those.find((sample) => sample.name === `${name}_count`);
    assert.equal(count?.value, counts.at(-1));
    assert.ok(those.some((sample) => sample.name === `${name}_sum`));
  }
}

/** What `promtool check metrics` says against the conventions of names; empty when nothing. */
export function lint({ name, type, help }: ReadFamily): string[] {
  const isCounter = type === "counter";
  return [
    ...(help === "" ? [`${name}: no help`] : []),
    ...(isCounter !== name.endsWith("_total") ? [`${name}: _total is for counters, and only`] : []),
    ...(/_(ms|milliseconds|minutes|hours|kib|mib|kb|percent)(_|$)/.test(name)
      ? [`${name}: not a base unit`]
      : []),
    ...(/[A-Z:]/.test(name) ? [`${name}: snake case, without colons`] : []),
    ...(new RegExp(`_${type}(_|$)`).test(name) ? [`${name}: names its type`] : []),
  ];
}
