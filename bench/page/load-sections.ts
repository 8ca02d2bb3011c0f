import type { LoadRow } from "../experiments/load-report.ts";
import { atMost } from "./finding.ts";
import { section, words } from "./section.ts";

export const load = section<{ rates: LoadRow[] }>({
  name: "load",
  title: "Bundles per second",
  shows: "What an overlay sustains, and how late bundles are when it does.",
  command: words("load --seed 1"),
  quick: words("load --nodes 5 --rate 1 --seconds 20 --seed 1"),
  find: ({ rates }) =>
    rates.map(({ profile, rate, sustained }) => ({
      what: `held by all, per second: ${profile}, ${rate} made per second`,
      unit: "",
      measured: sustained,
      published: "10 (1,000 peers)",
    })),
});

/** One rate for a while: everything comes, and not later and later. */
const sustained = ({ rates: [row] }: { rates: LoadRow[] }) => {
  const { undelivered, lag, earlierLag, bytesPerNodePerSecond } = row!;
  const isKnown = lag.p50 !== null && earlierLag !== null && earlierLag > 0;
  return [
    {
      what: "not delivered two minutes later",
      unit: "",
      measured: undelivered,
      target: atMost(0),
    },
    { what: "until all hold a bundle, median", unit: "steps", measured: lag.p50 },
    { what: "until all hold a bundle, 99 %", unit: "steps", measured: lag.p99 },
    {
      what: "the median of the second half, of the first half's",
      unit: "",
      measured: isKnown ? Math.round((lag.p50! / earlierLag) * 100) / 100 : null,
      target: atMost(1.25),
    },
    { what: "sent per node", unit: "B/s", measured: bytesPerNodePerSecond },
  ];
};

export const loadHundred = section<{ rates: LoadRow[] }>({
  name: "load-hundred",
  title: "500 bundles per second among 100 nodes",
  shows: "For a minute of virtual time; 50,000 arrivals per second in all.",
  command: words("load --nodes 100 --rate 500 --seconds 60 --alone --seed 1"),
  quick: words("load --nodes 5 --rate 1 --seconds 20 --alone --seed 1"),
  find: sustained,
});

export const loadThousand = section<{ rates: LoadRow[] }>({
  name: "load-thousand",
  title: "50 bundles per second among 1,000 nodes",
  shows:
    "For two minutes of virtual time; 50,000 arrivals per second in all, five times what the paper measured.",
  command: words("load --nodes 1000 --rate 50 --seconds 120 --alone --seed 1"),
  quick: words("load --nodes 5 --rate 1 --seconds 20 --alone --seed 1"),
  find: sustained,
});
