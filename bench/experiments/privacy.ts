import { type Auc, aucOf } from "../analysis/auc.ts";
import { round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { heldOf } from "../../node/sets/held.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { fromHex } from "../../wire/bytes.ts";
import { OVERLAY_ID_BYTES } from "../../wire/limits.ts";
import { makeStock, type Stock, storeWith, without } from "./pair.ts";
import { type Guess, privacyReport, type PrivacyRow } from "./privacy-report.ts";
import { Observer } from "./privacy-observers.ts";
import { type Form, FORMS, Offerer, type Secret } from "./privacy-offers.ts";

interface Options {
  bundles: number;
  offers: number;
  trials: number;
}

/** Two cases: hardly anything is missing, as among nodes that keep up, and half is. */
const LACKED_SHARES = [0.02, 0.5];
const PAYLOAD_BYTES = 20;
const ROOT_BYTES = 32;

export const privacy = experiment<Options>({
  name: "privacy",
  summary: "what an offer tells an insider, an outsider and a tracker of what its sender holds",
  signatures: "keyed hash",
  options: [
    {
      name: "bundles",
      summary: "bundles whose ids everybody knows; the sender holds half of them, or nearly all",
      default: 1_000,
      min: 100,
      max: 10_000,
    },
    { name: "offers", summary: "that an observer puts together", default: 5, min: 2, max: 100 },
    { name: "trials", summary: "senders, each with other bundles", default: 5, min: 1 },
  ],
  run(options, ports): Result {
    const stock = makeStock(options.seed, options.bundles, PAYLOAD_BYTES);
    const rows = LACKED_SHARES.flatMap((share) =>
      FORMS.map((form) => rowOf(form, share, stock, options, ports)),
    );
    const { bundles, offers, trials } = options;
    return {
      json: { bundles, offers, trials, forms: rows },
      report: privacyReport(options, rows),
    };
  },
});

/** Scores of bundles that are held, and of those that are not. */
interface Scores {
  held: number[];
  lacked: number[];
}

function rowOf(
  form: Form,
  share: number,
  stock: Stock,
  { seed, bundles, offers, trials }: Options & CommonOptions,
  ports: Ports,
): PrivacyRow {
  const lacked = Math.round(bundles * share);
  ports.progress(`${form.name}, ${lacked} of ${bundles} lacked`);
  const all = new Map<string, Scores>();
  for (let trial = 0; trial < trials; trial++) {
    const name = `${seed}/${form.name}/${share}/${trial}`;
    const told = observe(form, stock, lacked, offers, name);
    for (const [who, { held, lacked: absent }] of told) {
      const sum = all.get(who) ?? { held: [], lacked: [] };
      sum.held.push(...held);
      sum.lacked.push(...absent);
      all.set(who, sum);
    }
  }
  const auc = (who: string): Guess => rounded(aucOf(all.get(who)!.held, all.get(who)!.lacked));
  return {
    form: form.name,
    lacked,
    insider: auc("insider"),
    insiderOfMany: auc("insider, many"),
    outsider: auc("outsider"),
    outsiderOfMany: auc("outsider, many"),
    tracker: auc("tracker"),
  };
}

/** One sender's offers, and what each observer makes of the first, and of all of them. */
function observe(form: Form, stock: Stock, lacked: number, offers: number, name: string) {
  const random = new SeededRandom(name, "sender");
  const secret: Secret = {
    overlay: fromHex(stock.overlay.id, OVERLAY_ID_BYTES)!,
    root: random.bytes(ROOT_BYTES),
  };
  const kept = new Set(without(stock, lacked, "random", random));
  const { index } = storeWith([...kept]);
  const asked = stock.bundles.map(({ header, id }) => heldOf(header.globalTime, id));
  const isHeld = stock.bundles.map((bundle) => kept.has(bundle));
  const sender = new Offerer(form, secret, random);
  const datagrams = Array.from({ length: offers }, () => sender.offer(index));
  const bare = Array.from({ length: offers }, () => sender.bare());
  const told = new Map<string, Scores>();
  const note = (who: string, scores: readonly number[]): void => {
    const held = scores.filter((_, i) => isHeld[i]);
    told.set(who, { held, lacked: scores.filter((_, i) => !isHeld[i]) });
  };
  const look = (who: string, observer: Observer, seen: readonly Uint8Array[]): void => {
    const each = seen.map((datagram) => observer.scores(datagram, asked));
    note(who, each[0]!);
    note(
      `${who}, many`,
      asked.map((_, i) => each.reduce((sum, scores) => sum + scores[i]!, 0)),
    );
  };
  look("insider", new Observer(form, secret, "the ticket"), datagrams);
  look("outsider", new Observer(form, secret, "ids only"), datagrams);
  look("tracker", new Observer(form, secret, "ids only"), bare);
  return told;
}

function rounded({ auc, low, high }: Auc): Guess {
  return { auc: round(auc, 3), low: round(low, 3), high: round(high, 3) };
}
