import type { Figures } from "../experiments/spread-report.ts";
import { atMost } from "./finding.ts";
import { section, words } from "./section.ts";

/** What sketches and tails are for: finding differences, however much is held already. */

interface ReconcileJson {
  offers: number;
  bytes: number;
}

const found = (targets: { offers: number; bytes: number }, published: string) => {
  return ({ offers, bytes }: ReconcileJson) => [
    { what: "offers", unit: "", measured: offers, target: atMost(targets.offers) },
    {
      what: "bytes of offers and responses",
      unit: "B",
      measured: bytes,
      published,
      target: atMost(targets.bytes),
    },
  ];
};

export const few = section<ReconcileJson>({
  name: "reconcile-few",
  title: "Ten bundles missing of 100,000",
  shows:
    "A node that lacks ten random ones finds them. Beside it, in the report of the command, the original's rules.",
  command: words("reconcile --bundles 100000 --missing 10 --trials 5 --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: found({ offers: 1, bytes: 1_500 }, "negentropy: 4 to 24 messages, 14 to 18 KB"),
});

export const scattered = section<ReconcileJson>({
  name: "reconcile-many",
  title: "A thousand bundles missing of 100,000",
  shows: "Random ones, of everywhere: class by class.",
  command: words("reconcile --bundles 100000 --missing 1000 --trials 5 --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: found({ offers: 25, bytes: 36_000 }, "negentropy: 0.9 to 1.8 MB"),
});

export const spreadBacklog = section<{ scenarios: Figures[] }>({
  name: "spread-backlog",
  title: "One new bundle, where 100,000 are held",
  shows: "As above, by the default profile. By filters alone it would take some 700 steps.",
  command: words("spread --nodes 1000 --backlog 100000 --trials 2 --alone --seed 1"),
  quick: words("spread --nodes 6 --trials 1 --alone --seed 1"),
  find: ({ scenarios }) =>
    scenarios.flatMap(({ failure, steps }) => {
      const contacts = `${Math.round(failure * 100)} % of contacts fail`;
      const isSound = failure === 0;
      return [
        {
          what: `steps until half hold it: ${contacts}`,
          unit: "steps",
          measured: steps.p50,
          ...(isSound && { target: atMost(6) }),
        },
        {
          what: `steps until all hold it: ${contacts}`,
          unit: "steps",
          measured: steps.max,
          ...(isSound && { target: atMost(8) }),
        },
      ];
    }),
});
