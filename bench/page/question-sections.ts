import type { ClockRow } from "../experiments/clocks.ts";
import type { FilterRow, FixedRow, RateRow } from "../experiments/filters-report.ts";
import type { NodeChoice, SubsetChoice } from "../experiments/choices-report.ts";
import type { PrivacyRow } from "../experiments/privacy-report.ts";
import { atMost, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

/** Experiments that answer questions of the research notes: docs/ANSWERS.md. */

interface FiltersJson {
  ways: FilterRow[];
  rates: RateRow[];
  fixed: FixedRow[];
}

/** An uneven class may be a tenth over a filter's capacity, which makes 1.6 of 1 % (node/sync/subset.ts). */
const UNEVEN_RATE_PERCENT = 1.6;

export const filters = section<FiltersJson>({
  name: "filters",
  title: "One difference: without filters, by several kinds, by sketches",
  shows:
    "A hundred of 10,000 bundles are missing, anywhere. What finds them, in how many offers and bytes; what a rate of " +
    "false positives costs; and that one fixed filter for everything ceases to work as more is held.",
  command: words("filters --bundles 10000 --missing 100 --trials 5 --seed 1"),
  quick: words("filters --bundles 100 --missing 5 --trials 1 --seed 1"),
  find: ({ ways, rates, fixed }) => [
    ...ways.map(({ name, bytesPerMissing }) => ({
      what: `bytes per missing bundle: ${name}`,
      unit: "B",
      measured: bytesPerMissing,
    })),
    ...ways.map(({ name, offers }) => ({ what: `offers: ${name}`, unit: "", measured: offers })),
    ...rates.map(({ rate, engineOffers }) => ({
      what: `offers for ten, filters of ${inPercent(rate)} %: engine`,
      unit: "",
      measured: engineOffers,
    })),
    {
      what: "false positives, a filter of 1 % for each class",
      unit: "%",
      measured: inPercent(rates.find(({ rate }) => rate === 0.01)!.measuredRate),
      target: atMost(UNEVEN_RATE_PERCENT),
      control: {
        off: `classes: one filter for ${fixed.at(-1)!.held}`,
        measured: inPercent(fixed.at(-1)!.rate),
      },
    },
  ],
});

interface PrivacyJson {
  forms: PrivacyRow[];
}

/** A coin's interval is 0.03 wide on each side with 400 bundles that are lacking: a tell of 0.02 would show. */
const A_COIN = 0.55;

export const privacy = section<PrivacyJson>({
  name: "privacy",
  title: "What an offer tells of what its sender holds",
  shows:
    "Insider, outsider and tracker guess of each bundle whether the sender of an offer holds it. 0.5 is a coin, 1 is " +
    "certainty (AUC). Insiders have to know, to bring what is missing; an outsider who puts five offers together must " +
    "not, at the upper end of the interval.",
  command: words("privacy --trials 20 --seed 1"),
  quick: words("privacy --bundles 100 --offers 2 --trials 1 --seed 1"),
  find: ({ forms }) => [
    ...forms.map(({ form, lacked, insider }) => ({
      what: `insider: ${form}, ${lacked} lacking`,
      unit: "AUC",
      measured: insider.auc,
    })),
    ...forms.map(({ form, lacked, outsiderOfMany }) => ({
      what: `outsider, several offers: ${form}, ${lacked} lacking`,
      unit: "AUC",
      measured: outsiderOfMany.auc,
    })),
    ...forms.map(({ form, lacked, tracker }) => ({
      what: `tracker: ${form}, ${lacked} lacking`,
      unit: "AUC",
      measured: tracker.auc,
    })),
    ...hidden(forms, "filter, 1 %, sealed (as shipped)", "filter, 1 %, salted, in clear"),
    ...hidden(forms, "sketch, keyed and sealed (as shipped)", "sketch, not keyed, in clear"),
  ],
});

/** Whether an outsider is kept from what it would read in clear: with few lacking, when sketches tell something. */
function hidden(forms: readonly PrivacyRow[], shipped: string, open: string): Finding[] {
  const few = Math.min(...forms.map(({ lacked }) => lacked));
  const of = (name: string) => forms.find(({ form, lacked }) => form === name && lacked === few)!;
  return [
    {
      what: `outsider, several offers, at most: ${shipped}`,
      unit: "AUC",
      measured: of(shipped).outsiderOfMany.high,
      target: atMost(A_COIN),
      control: { off: `keys and sealing: ${open}`, measured: of(open).outsiderOfMany.high },
    },
  ];
}

interface ChoicesJson {
  subsets: SubsetChoice[];
  nodeRules: NodeChoice[];
}

/** Of means of five finds each, whose standard error is a tenth, about. */
const AS_GOOD_AS_THE_WORSE = 1.1;

export const choices = section<ChoicesJson>({
  name: "choices",
  title: "Whom to ask and what to offer, beside random choices",
  shows:
    "The faithful profile's choice between modulo and pivot beside each of them taken always and beside windows " +
    "anywhere; and steps to nodes by the shares of buckets beside steps to anybody.",
  command: words("choices --seed 1"),
  quick: words("choices --nodes 4 --bundles 100 --trials 1 --seed 1"),
  find: ({ subsets, nodeRules }) => [
    ...subsets.map(({ missing, where, ofTheWorse }) => ({
      what: `offers of the choice, of the worse of its sides: ${missing} missing, ${where}`,
      unit: "",
      measured: ofTheWorse,
      target: atMost(AS_GOOD_AS_THE_WORSE),
      noControl: "a choice between two is as bad as the worse of them at the most",
    })),
    ...subsets.flatMap(({ missing, where, offers }) =>
      Object.entries(offers).map(([rule, count]) => ({
        what: `offers by ${rule}: ${missing} missing, ${where}`,
        unit: "",
        measured: count,
      })),
    ),
    ...nodeRules.map(({ rule, all }) => ({
      what: `steps until all hold a new bundle, nodes by ${rule}`,
      unit: "steps",
      measured: all,
    })),
  ],
});

/** A coin's interval is less than 0.05 wide on each side with 800 pieces. */
const NOTHING_TOLD = 0.6;

export const clocks = section<{ clocks: ClockRow[] }>({
  name: "clocks",
  title: "One Lamport clock per overlay, or one per node",
  shows:
    "A model of clocks beside the shipped classes. Whoever sees one overlay must not see from its times how much happens " +
    "in another one of the same nodes; 0.5 is a coin (AUC).",
  command: words("clocks --windows 800 --seed 1"),
  quick: words("clocks --windows 10 --seed 1"),
  find: ({ clocks: rows }) => {
    const [perOverlay, perNode] = [rows[0]!, rows[1]!];
    return [
      {
        what: "another overlay's activity, told by this one's times, at most",
        unit: "AUC",
        measured: perOverlay.leak.high,
        target: atMost(NOTHING_TOLD),
        control: { off: "a clock per overlay: one per node", measured: perNode.leak.high },
      },
      ...rows.flatMap(({ scope, collisions, leak, fullestClass }) => [
        { what: `what times tell, clock per ${scope}`, unit: "AUC", measured: leak.auc },
        {
          what: `bundles with another's time, clock per ${scope}`,
          unit: "%",
          measured: inPercent(collisions),
        },
        { what: `fullest class of the mean, clock per ${scope}`, unit: "", measured: fullestClass },
      ]),
    ];
  },
});

const inPercent = (share: number): number => Math.round(share * 10_000) / 100;
