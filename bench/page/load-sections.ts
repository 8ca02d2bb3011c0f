import type { LoadRow } from "../experiments/load-report.ts";
import { atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

export const load = section<{ rates: LoadRow[] }>({
  name: "load",
  title: "Bundles per second",
  shows: "What an overlay of 50 nodes sustains, and how late bundles are when it does.",
  command: words("load --seconds 60 --seed 1"),
  quick: words("load --nodes 5 --rate 1 --seconds 20 --seed 1"),
  find: ({ rates }) =>
    rates.map(({ profile, rate, sustained }) => ({
      what: `held by all, per second: ${profile}, ${rate} made per second`,
      unit: "",
      measured: sustained,
      published: "10 (1,000 peers)",
    })),
});

/** One rate for a while, free and with work charged: everything comes, and not later and later. */
const sustained =
  (off: string) => (figures: { rates: LoadRow[] }, control?: { rates: LoadRow[] }) =>
    figures.rates.flatMap((row): Finding[] => {
      const { computing, sustained: perSecond, undelivered, lag, bytesPerNodePerSecond } = row;
      const name = computing ? "work charged" : "work free";
      const without = control?.rates.find((one) => one.computing === computing);
      const slow = without && { control: { off, measured: without.undelivered } };
      const later = without && { control: { off, measured: laterBy(without) } };
      return [
        { what: `${name}: held by all, per second`, unit: "", measured: perSecond },
        {
          what: `${name}: not delivered two minutes later`,
          unit: "",
          measured: undelivered,
          target: atMost(0),
          ...slow,
        },
        { what: `${name}: until all hold a bundle, median`, unit: "steps", measured: lag.p50 },
        { what: `${name}: until all hold a bundle, 99 %`, unit: "steps", measured: lag.p99 },
        {
          what: `${name}: the median of the second half, of the first half's`,
          unit: "",
          measured: laterBy(row),
          target: atMost(1.25),
          ...later,
        },
        { what: `${name}: sent per node`, unit: "B/s", measured: bytesPerNodePerSecond },
        ...(computing
          ? [{ what: `${name}: a processor at work`, unit: "%", measured: percent(row.busyShare) }]
          : []),
      ];
    });

function laterBy({ lag, earlierLag }: LoadRow): number | null {
  const isKnown = lag.p50 !== null && earlierLag !== null && earlierLag > 0;
  return isKnown ? Math.round((lag.p50! / earlierLag) * 100) / 100 : null;
}

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 1_000) / 10;

const CHARGED =
  "Work takes virtual time, of one processor in each node: what a datagram, a bundle and a commit took two real nodes " +
  "of this machine, in the same run.";

export const loadHundred = section<{ rates: LoadRow[] }>({
  name: "load-hundred",
  title: "500 bundles per second among 100 nodes",
  shows: `For 20 s of virtual time; 50,000 arrivals per second in all. ${CHARGED} Beside it, the same for free.`,
  command: words("load --nodes 100 --rate 500 --seconds 20 --alone --compute both --seed 1"),
  quick: words(
    "load --nodes 5 --rate 1 --seconds 20 --alone --compute both --datagram-us 100 --bundle-us 200 --seed 1",
  ),
  // Half as long, which shows it as well: whoever sends one bundle per datagram is late from the beginning.
  controlCommand: words(
    "load --nodes 100 --rate 500 --seconds 10 --alone --compute both --without dense,fresh,cursors,sketches,tails --seed 1",
  ),
  quickControl: words(
    "load --nodes 5 --rate 1 --seconds 20 --alone --compute both --datagram-us 100 --without dense --seed 1",
  ),
  find: sustained("several bundles in a datagram, telling, cursors, sketches and tails"),
});

export const loadThousand = section<{ rates: LoadRow[] }>({
  name: "load-thousand",
  title: "50 bundles per second among 1,000 nodes",
  shows: `For 20 s of virtual time; 50,000 arrivals per second in all, five times what the paper measured. ${CHARGED}`,
  command: words("load --nodes 1000 --rate 50 --seconds 20 --alone --compute charged --seed 1"),
  quick: words(
    "load --nodes 5 --rate 1 --seconds 20 --alone --compute charged --datagram-us 100 --seed 1",
  ),
  // A processor that is a hundred times slower than a small one.
  controlCommand: words(
    "load --nodes 50 --rate 50 --seconds 20 --alone --compute charged --datagram-us 10000 --bundle-us 20000 --seed 1",
  ),
  quickControl: words(
    "load --nodes 5 --rate 1 --seconds 20 --alone --compute charged --datagram-us 10000 --seed 1",
  ),
  find: sustained("a hundred times the speed (50 nodes)"),
});
