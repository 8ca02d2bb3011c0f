import type { ColdComparison } from "../peers/compare-cold.ts";
import { atLeast, atMost } from "./finding.ts";
import { section, words } from "./section.ts";

/** What one node costs on one machine, and others beside it. */

interface HeldJson {
  startSeconds: number;
  sketchedBytesPerBundle: number;
  buildMicroseconds: { p50: number };
  answerMicroseconds: { p50: number };
}

export const held = section<HeldJson>({
  name: "held",
  title: "An offer by sketch and its answer, where 100,000 are held",
  shows:
    "On one core; what the answer brings is read from the file, which the system has in memory.",
  command: words("held --bundles 100000 --missing 10 --trials 500 --seed 1"),
  quick: words("held --bundles 500 --missing 5 --trials 5 --seed 1"),
  find: ({ buildMicroseconds, answerMicroseconds }) => [
    {
      what: "an offer, median",
      unit: "µs",
      measured: buildMicroseconds.p50,
      target: atMost(200),
    },
    {
      what: "its answer, median",
      unit: "µs",
      measured: answerMicroseconds.p50,
      target: atMost(1_000),
    },
  ],
});

export const million = section<HeldJson>({
  name: "held-million",
  title: "A million bundles held",
  shows: "Memory beyond what LMDB maps of its file, and the start of a node that holds them.",
  command: words("held --bundles 1000000 --missing 10 --trials 100 --seed 1"),
  quick: words("held --bundles 500 --missing 5 --trials 5 --seed 1"),
  find: ({ startSeconds, sketchedBytesPerBundle }) => [
    {
      what: "index with sketches, per bundle",
      unit: "B",
      measured: sketchedBytesPerBundle,
      target: atMost(64),
    },
    { what: "start", unit: "s", measured: startSeconds, target: atMost(5) },
  ],
});

export const coldBeside = section<{ cold: ColdComparison }>({
  name: "peers-cold",
  title: "An empty node joins, beside hypercore",
  shows:
    "100,000 bundles of 256 bytes of payload by one author, two processes, everything on disk; with us every " +
    "signature is checked, one for each bundle, and hypercore checks one for many blocks. That alone takes some 40 " +
    "% of our processor time. Both encrypt what is on its way; the private overlay's payloads are sealed besides, and padded.",
  command: words("peers --of cold --runs 5 --seed 1"),
  quick: words("peers --of cold --bundles 300 --runs 1 --seed 1"),
  find: ({ cold: { ours, private: sealed, ratio, cpuRatio, privateRatio } }) => [
    { what: "our time of theirs", unit: "", measured: ratio, target: atMost(0.42) },
    { what: "our processor time of theirs", unit: "", measured: cpuRatio },
    {
      what: "UDP payload, both ways, per bundle",
      unit: "B",
      measured: ours.bytesPerBundle,
      published: "358 B (hypercore)",
      target: atMost(375),
    },
    {
      what: "private overlay: our time of theirs",
      unit: "",
      measured: privateRatio,
      target: atMost(0.5),
    },
    {
      what: "private overlay: UDP payload, both ways, per bundle",
      unit: "B",
      measured: sealed.bytesPerBundle,
      target: atMost(500),
    },
    {
      what: "event-loop delay, 99 %: holder",
      unit: "ms",
      measured: ours.loopDelayP99Ms.holder,
      target: atMost(50),
    },
    {
      what: "event-loop delay, 99 %: joiner",
      unit: "ms",
      measured: ours.loopDelayP99Ms.joiner,
      target: atMost(50),
    },
  ],
});

export const trackerBeside = section<{ tracker: { servers: { server: string; ratio: number }[] } }>(
  {
    name: "peers-tracker",
    title: "A tracker, beside a bare echo and bittorrent-tracker",
    shows:
      "A closed loop on loopback; every reply of ours is an introduction, and a puncture-request goes with it.",
    command: words("peers --of tracker --runs 5 --seed 1"),
    quick: words("peers --of tracker --runs 1 --seconds 1 --warm-up 10 --seed 1"),
    find: ({ tracker: { servers } }) =>
      servers
        .filter(({ server }) => server !== "echo")
        .map(({ server, ratio }) => ({
          what: `datagrams out, of the echo's: ${server}`,
          unit: "%",
          measured: Math.round(ratio * 1_000) / 10,
          ...(server === "tracker" && { target: atLeast(60) }),
        })),
  },
);
