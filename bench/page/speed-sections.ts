import type { ColdComparison } from "../peers/compare-cold.ts";
import type { CarrierRow } from "../experiments/carriers-run.ts";
import { atLeast, atMost } from "./finding.ts";
import { section, SPEED, words } from "./section.ts";

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
      noControl: SPEED,
    },
    {
      what: "its answer, median",
      unit: "µs",
      measured: answerMicroseconds.p50,
      target: atMost(1_000),
      noControl: SPEED,
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
      noControl: SPEED,
    },
    { what: "start", unit: "s", measured: startSeconds, target: atMost(5), noControl: SPEED },
  ],
});

export const coldBeside = section<{ cold: ColdComparison }>({
  name: "peers-cold",
  title: "An empty node joins, beside hypercore",
  shows:
    "100,000 bundles of 256 bytes of payload by one author, two processes, from opening what is empty until it is closed " +
    "and on disk, on both sides. With us every signature is checked, one for each bundle, and hypercore checks one for " +
    "many blocks. Both encrypt what is on its way: hypercore by Noise, " +
    "with keys of the connection; ours by a key that all have who have the ticket. The private overlay's payloads are " +
    "sealed besides, and padded, which hypercore's blocks are not.",
  command: words("peers --of cold --runs 3 --seed 1"),
  beside: ["hypercore"],
  quick: words("peers --of cold --bundles 300 --runs 1 --seed 1"),
  find: ({ cold: { ours, private: sealed, hypercore, ratio, cpuRatio, privateRatio } }) => [
    {
      what: "our time of theirs",
      unit: "",
      measured: ratio,
      target: atMost(0.333),
      noControl: "it is of all there is, and no switch",
    },
    { what: "our processor time of theirs", unit: "", measured: cpuRatio },
    {
      what: "UDP payload, both ways, per bundle",
      unit: "B",
      measured: ours.bytesPerBundle,
      target: atMost(375),
      noControl: SPEED,
    },
    {
      what: "hypercore: TCP payload, both ways, per block",
      unit: "B",
      measured: hypercore.bytesPerBundle,
    },
    {
      what: "private overlay: our time of theirs",
      unit: "",
      measured: privateRatio,
      target: atMost(0.5),
      noControl: "it is of all there is, and no switch",
    },
    {
      what: "private overlay: UDP payload, both ways, per bundle",
      unit: "B",
      measured: sealed.bytesPerBundle,
      target: atMost(500),
      noControl: SPEED,
    },
    {
      what: "event-loop delay, 99 %: holder",
      unit: "ms",
      measured: ours.loopDelayP99Ms.holder,
      target: atMost(50),
      noControl: SPEED,
    },
    {
      what: "event-loop delay, 99 %: joiner",
      unit: "ms",
      measured: ours.loopDelayP99Ms.joiner,
      target: atMost(50),
      noControl: SPEED,
    },
  ],
});

export const carriers = section<{ carriers: CarrierRow[] }>({
  name: "carriers",
  title: "An empty node joins by WebSocket and through a pipe, beside UDP",
  shows:
    "30,000 bundles of 111 bytes of payload, two processes, everything checked and on disk; the carriers take turns. " +
    "A datagram of UDP has 1,232 bytes, one of a link 16 KiB.",
  command: words("carriers --bundles 30000 --runs 2 --seed 1"),
  quick: words("carriers --bundles 100 --runs 1 --seed 1"),
  find: ({ carriers }) =>
    carriers
      .filter(({ carrier }) => carrier !== "udp")
      .flatMap(({ carrier, timeRatio, cpuRatio, bytesRatio }) => [
        {
          what: `${carrier}: time, of UDP's`,
          unit: "",
          measured: timeRatio,
          ...(carrier !== "wss" && { target: atMost(1), noControl: SPEED }),
        },
        { what: `${carrier}: processor time, of UDP's`, unit: "", measured: cpuRatio },
        { what: `${carrier}: bytes, of UDP's`, unit: "", measured: bytesRatio },
      ]),
});

interface TrackerJson {
  tracker: {
    rows: {
      server: string;
      addresses: number;
      overlays: number;
      clients: string;
      answersPerSecond: number;
      answersPerCpuSecond: number;
      cpuRatios: Record<string, number>;
    }[];
  };
}

const ASKED_SERVERS: Record<string, string> = {
  echo: "a bare echo",
  tracker: "ours",
  "bittorrent-tracker": "bittorrent-tracker",
};

export const trackerBeside = section<TrackerJson>({
  name: "peers-tracker",
  title: "A tracker, beside a bare echo and bittorrent-tracker",
  shows:
    "Questions answered, and not datagrams: an answer of ours takes two, since whoever it names is asked to puncture " +
    "(none of these clients' NATs lets in who was not written to). Each client has an address of its own, and each " +
    "question an identifier of its own. Clients that sleep are woken at the expense of the server that answers them. " +
    "Of 50,000 in one torrent bittorrent-tracker keeps 1,000, its default; in 1,000 torrents it keeps all.",
  command: words("peers --of tracker --runs 3 --seed 1"),
  beside: ["bittorrent-tracker"],
  quick: words(
    "peers --of tracker --runs 1 --few 2 --many 2 --overlays 1 --rate 50 --seconds 0.1 --warm-up 10 --seed 1",
  ),
  find: ({ tracker: { rows } }) => {
    const crowd = (row: (typeof rows)[number]): string =>
      `${row.addresses} addresses${row.overlays > 1 ? ` in ${row.overlays} overlays` : ""} that ${row.clients}`;
    const ratios = rows
      .filter(({ server }) => server === "tracker")
      .map((row) => ({
        what: `answers per processor second, of bittorrent-tracker's: ${crowd(row)}`,
        unit: "",
        measured: row.cpuRatios["bittorrent-tracker"] ?? null,
        ...(row.clients === "sleep" &&
          row.addresses > 32 && {
            target: atLeast(1),
            noControl: "no one mechanism is behind it",
          }),
      }));
    const figures = rows.flatMap((row) => {
      const who = `${ASKED_SERVERS[row.server]}, ${crowd(row)}`;
      return [
        {
          what: `answers per processor second: ${who}`,
          unit: "1/s",
          measured: row.answersPerCpuSecond,
        },
        { what: `answers per second: ${who}`, unit: "1/s", measured: row.answersPerSecond },
      ];
    });
    return [...ratios, ...figures];
  },
});
