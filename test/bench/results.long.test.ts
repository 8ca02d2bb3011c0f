import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  atLeast,
  atMost,
  type Finding,
  findingsTable,
  isMissed,
  isTarget,
  outcome,
} from "../../bench/page/finding.ts";
import { agesOf, ageWords, staleLines } from "../../bench/page/age.ts";
import { type Measured, readBaseline } from "../../bench/page/baseline.ts";
import { pageText, sectionText, textsOn, wordedAnew } from "../../bench/page/page.ts";
import { commandLine } from "../../bench/page/section.ts";
import { settingOf } from "../../bench/page/setting.ts";
import { EXPERIMENTS } from "../../bench/registry.ts";
import { SECTIONS } from "../../bench/results.ts";
import { checkXml } from "./report/xml.ts";

const folder = mkdtempSync(join(tmpdir(), "dispersy-results-test-"));
after(() => rmSync(folder, { recursive: true }));
const page = (): string => readFileSync(join(folder, "RESULTS.md"), "utf8");

function results(...words: string[]): { status: number | null; stderr: string } {
  const command = ["--import", "tsx", "bench/page/main.ts", ...words];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

function found(measured: number | null, target?: Finding["target"], unit = "s"): Finding {
  return { what: "x", unit, measured, ...(target !== undefined && { target }) };
}

describe("an outcome", () => {
  const cases: [Finding, string, boolean][] = [
    [found(12.4, atMost(19)), "met, 6.6 s to spare (35 %)", false],
    [found(121, atMost(60)), "**missed** by 61 s (102 %)", true],
    [found(95, atLeast(100), "%"), "**missed** by 5 %", true],
    [found(81, atLeast(81), ""), "met", false],
    [found(2, atMost(0), ""), "**missed** by 2", true],
    [found(null, atMost(19)), "**missed**: not reached", true],
    [found(5), "–", false],
  ];
  for (const [finding, words, missed] of cases) {
    it(`${finding.measured} of ${finding.target?.limit}: ${words}`, () => {
      assert.equal(outcome(finding), words);
      assert.equal(isMissed(finding), missed);
    });
  }
});

describe("a target", () => {
  const asked = found(5, atMost(6));
  const failing = { ...asked, control: { off: "tails", measured: 700 } };
  const unreached = { ...asked, control: { off: "tails", measured: null } };
  const idle = { ...asked, control: { off: "tails", measured: 6 } };
  const [shown, idleWords] = [failing, idle].map((one) => findingsTable([one]).rows[0]!);

  it("fails without what is behind it", () => {
    assert.deepEqual([asked, failing, unreached, idle].map(isTarget), [false, true, true, false]);
    assert.equal(
      isTarget({ ...failing, target: atMost(700) }),
      false,
      "the same with a wider limit",
    );
  });

  it("says what was switched off, and what was measured then", () => {
    assert.equal(shown![2], "target: at most 6 s");
    assert.equal(shown!.at(-1), "without tails: 700 s");
    assert.equal(idleWords![2], "limit: at most 6 s");
    assert.equal(idleWords!.at(-1), "without tails: 6 s; its control meets it too");
  });

  it("counts on the page only with a control that misses it; others say why", () => {
    const findings = [asked, failing, idle, { ...asked, noControl: "takes hours" }, found(7)];
    const measured = { ...Object.values(readBaseline("bench/results"))[0]!, findings };
    const text = pageText([{ section: SECTIONS[0]!, measured, text: "" }], {
      ages: [],
      isQuick: false,
    });
    assert.match(text, /Of 1 targets, 1 are met and 0 missed/, text);
    assert.ok(!text.includes("limits that were missed"), "none was");
    const reasons = "not shown yet (1); its control meets it too (1); takes hours (1)";
    assert.match(text, /of 3 limits, 3 are met and 0 missed/, text);
    assert.ok(text.includes(reasons), text);
  });
});

describe("the limits of the page", () => {
  it("that were missed stand where everybody sees them", () => {
    const findings = [found(7, atMost(6)), found(5, atMost(6))];
    const measured = { ...Object.values(readBaseline("bench/results"))[0]!, findings };
    const text = pageText([{ section: SECTIONS[0]!, measured, text: "" }], {
      ages: [],
      isQuick: false,
    });
    const open = text.slice(0, text.indexOf("<details>"));
    assert.equal(open.split("missed** by 1 s").length, 2, text);
    assert.ok(!open.includes("met, 1 s to spare"), text);
  });
});

describe("a section that is not measured again", () => {
  const [one] = SECTIONS;
  const command = commandLine(one!.command);
  const body = "### Result\n\n![A chart](results/x.svg)";
  const of = (measured: Measured) => ({
    section: one!,
    measured,
    text: sectionText(one!, measured, body, ""),
  });
  const measured = { ...Object.values(readBaseline("bench/results"))[0]!, command };

  it("has today's words above what its command reported", () => {
    const old = of(measured);
    const text = old.text.replace(one!.shows, "What was shown once.");
    assert.equal(wordedAnew({ ...old, text }), old.text);
  });

  it("stays as it was once its command is another one", () => {
    const old = of({ ...measured, command: `${command} --trials 7` });
    const text = old.text.replace(one!.shows, "What was shown once.");
    assert.equal(wordedAnew({ ...old, text }), text);
  });
});

describe("another system in a section", () => {
  const pinned = JSON.parse(readFileSync("bench/peers/package.json", "utf8")) as {
    dependencies: Record<string, string>;
  };

  it("is one whose version bench/peers pins", () => {
    for (const name of SECTIONS.flatMap(({ beside }) => beside ?? [])) {
      assert.match(pinned.dependencies[name] ?? "", /^\d+\.\d+\.\d+$/, name);
    }
  });

  it("stands on the page with its version", () => {
    const measured = { ...Object.values(readBaseline("bench/results"))[0]!, beside: ["x 1.2.3"] };
    assert.match(sectionText(SECTIONS[0]!, measured, "", ""), /\| beside +\| x 1\.2\.3 +\|/);
  });
});

describe("the sections of the page", () => {
  it("have names of their own", () => {
    assert.equal(new Set(SECTIONS.map(({ name }) => name)).size, SECTIONS.length);
  });

  it("ask for options that the experiments have, and for a seed", () => {
    for (const { command, quick, controlCommand = command, quickControl = quick } of SECTIONS) {
      for (const words of [command, quick, controlCommand, quickControl]) {
        const experiment = EXPERIMENTS.find(({ name }) => name === words[0])!;
        const known = ["seed", "profile", ...experiment.options.map(({ name }) => name)];
        const used = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
        for (const name of used) assert.ok(known.includes(name), `${words.join(" ")}: ${name}`);
        assert.ok(used.includes("seed"));
      }
    }
  });
});

describe("the section of receipts", () => {
  it("says of how many waits its times are: those that did not end have none", () => {
    const row = { trouble: "cut off", ended: 0.733, p99Ms: 30_179 };
    const figures = { waits: 30, early: 0, earlyByMark: 1, unnamed: 0, wrongInTheEnd: 0 };
    const { find } = SECTIONS.find(({ name }) => name === "receipts")!;
    const found = find({ ...figures, rows: [row] }).map(({ what }) => what);
    const wanted = "cut off: until all three are counted, 99 % of the 73 % that came to it";
    assert.ok(found.includes(wanted), found.join("; "));
  });
});

describe("the age of a section", () => {
  const [head, ...older] = ["HEAD", "HEAD~1", "HEAD~2"];
  const repository = mkdtempSync(join(folder, "history-"));
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      cwd: repository,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  git("init", "--quiet");
  for (const place of ["candidates", "nat", "node", "docs", "wire"]) {
    mkdirSync(join(repository, place));
    writeFileSync(join(repository, place, "file"), place);
    git("add", "--all");
    git("commit", "--quiet", "--message", place);
  }
  const measured = Object.values(readBaseline("bench/results"))[0]!;
  const at = (id: string) => ({ ...measured, commit: { id, isChanged: false } });
  const baseline = {
    ...Object.fromEntries([head!, ...older].map((name) => [name, at(git("rev-parse", name))])),
    lost: at("0123456789ab"),
    outside: { ...measured, commit: null },
  };

  it("is how many later commits touched the engine", () => {
    const ages = agesOf(baseline, repository);
    assert.deepEqual(
      ages.map(({ since }) => since),
      [0, 1, 1, null, null],
      JSON.stringify(ages),
    );
    assert.match(staleLines(ages)[0]!, /^HEAD~1: measured at [0-9a-f]{40}; 1 commit since$/);
    assert.equal(staleLines(ages).length, 4, "what may be stale is listed too");
    assert.match(ageWords(ages), /these were.*HEAD~1.*did not tell it of .*lost.*outside/);
  });

  it("is none where the engine's files are the same, though a rebase took the commit away", () => {
    const engine = settingOf(repository, new Date()).commit!.engine;
    assert.match(engine!, /^([0-9a-f]{12}-){3}[0-9a-f]{12}$/, "it has a name");
    const lost = (name: string) => ({
      ...measured,
      commit: { id: "0123456789ab", isChanged: false, engine: name },
    });
    const ages = agesOf({ same: lost(engine!), other: lost("0123456789ab") }, repository);
    assert.deepEqual(
      ages.map(({ since }) => since),
      [0, null],
    );
  });

  it("is unknown without a history", () => {
    const ages = agesOf(baseline, tmpdir());
    assert.ok(
      ages.every(({ since }) => since === null),
      JSON.stringify(ages),
    );
  });
});

describe("the page that is kept", () => {
  const kept = readFileSync("bench/RESULTS.md", "utf8");
  const baseline = readBaseline("bench/results");

  it("says what the baseline says, section by section", () => {
    const texts = textsOn(kept);
    assert.deepEqual([...texts.keys()].toSorted(), Object.keys(baseline).toSorted());
    for (const [name, { command, date, findings }] of Object.entries(baseline)) {
      const text = texts.get(name)!;
      for (const words of [command, date, ...findings.map(({ what }) => what)]) {
        assert.ok(text.includes(words), `${name}: ${words}`);
      }
      for (const finding of findings) assert.ok(text.includes(outcome(finding)), finding.what);
    }
  });

  it("links every chart that is kept, and no others", () => {
    const linked = [...kept.matchAll(/\]\(results\/([^)]+)\)/g)].map((match) => match[1]!);
    const charts = Object.values(baseline).flatMap((measured) => measured.charts);
    assert.deepEqual(linked.toSorted(), charts.toSorted());
    for (const file of charts) assert.ok(existsSync(join("bench/results", file)), file);
  });
});

describe("npm run results", () => {
  const quick = (name: string) => results("--quick", "--out", folder, "--only", name);

  it("redoes one section and keeps the others, each with its own date", () => {
    assert.equal(quick("bandwidth").status, 0);
    const { charts, date } = readBaseline(join(folder, "results"))["bandwidth"]!;
    assert.deepEqual(charts, ["bandwidth.svg"]);
    writeFileSync(join(folder, "RESULTS.md"), page().replace(date, "2000-01-01"));
    assert.equal(quick("simulator").status, 0);
    const [head, bandwidth, simulator] = ["# Results", 'id="bandwidth"', 'id="simulator"'].map(
      (words) => page().indexOf(words),
    ) as [number, number, number];
    assert.ok(head === 0 && simulator > 0 && bandwidth > simulator, "in the order of the table");
    assert.ok(page().slice(bandwidth).includes("2000-01-01"));
    assert.ok(!page().slice(simulator, bandwidth).includes("2000-01-01"));
  });

  it("writes what repeats a section, on what it ran, and the outcome", () => {
    const text = page();
    const { command, findings } = readBaseline(join(folder, "results"))["simulator"]!;
    assert.ok(text.includes(`\`${command}\``));
    assert.ok(text.includes(process.version));
    assert.match(text, /\d+ cores, \d+ GiB of memory/);
    assert.match(text, /Of \d targets, \d are met/);
    for (const finding of findings) assert.ok(text.includes(outcome(finding)));
    assert.ok(text.includes("show nothing"), "says that sizes were small");
    for (const place of [process.cwd(), folder, tmpdir()]) assert.ok(!text.includes(place));
  });

  it("writes all that a command printed beside the page", () => {
    const path = join(folder, "results", "simulator.json");
    const { nodes } = JSON.parse(readFileSync(path, "utf8")) as { nodes: number };
    assert.equal(nodes, 6);
  });

  it("links the charts that it wrote, and no others", () => {
    const linked = [...page().matchAll(/\]\(results\/([^)]+)\)/g)].map((match) => match[1]!);
    const written = readdirSync(join(folder, "results")).filter((file) => file.endsWith(".svg"));
    assert.deepEqual(linked.toSorted(), written.toSorted());
    assert.equal(linked.length, 3);
    for (const file of linked) checkXml(readFileSync(join(folder, "results", file), "utf8"));
  });

  it("says how far a run came whose time was over", () => {
    const out = join(folder, "limited");
    const words = ["--quick", "--only", "faults", "--limit", "0.001", "--out", out];
    assert.equal(results(...words).status, 0);
    const text = readFileSync(join(out, "RESULTS.md"), "utf8");
    assert.match(text, /of 1 limits, 0 are met and 1 missed/);
    assert.match(text, /Given up after 0\.001 minutes\. The last it told:/);
  });

  it("knows its sections, and never takes a small run for a result", () => {
    const wrong = results("--only", "nonsense", "--out", join(folder, "none"));
    assert.deepEqual([wrong.status, /There are: spread/.test(wrong.stderr)], [2, true]);
    assert.equal(results("--quick", "--only", "bandwidth").status, 2);
    assert.ok(!existsSync(join(folder, "none")));
  });
});
