import { exchangeBytes } from "../analysis/filter.ts";
import { predictOffers } from "../analysis/offers.ts";
import { round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { type Profile, PROFILES } from "../../node/core/profile.ts";
import { encodedBytes } from "../../wire/encode.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { roundDelays, runRealCold } from "./cold-real.ts";
import { realReport, type SimulatedCold, simulatedReport } from "./cold-report.ts";
import { makeStock, replyBytesPerBundle, runPair, type Stock, storeWith } from "./pair.ts";

interface Options {
  bundles: number;
  payload: number;
  private: boolean;
  sim: boolean;
  reply: number;
}

/** In a datagram of its own a bundle with this payload takes 256 bytes of UDP payload, the paper's size. */
const PAPER_PAYLOAD_BYTES = 111;
/** No number of a bundle is longer. */
const MIN_PAYLOAD_BYTES = 7;
/** Virtual: a year. */
const SIM_LIMIT_MS = 3e10;
/** Real: a slow machine takes minutes for a million. */
const REAL_LIMIT_MS = 600_000;

export const cold = experiment<Options>({
  name: "cold",
  summary:
    "an empty node joins: two processes with real sockets, or --sim; published: 1,000 contacts, 30 MB for 100,000",
  signatures: "Ed25519",
  options: [
    {
      name: "bundles",
      summary: "bundles that the other node holds",
      default: 10_000,
      min: 1,
      max: 1_000_000,
    },
    {
      name: "payload",
      summary: "bytes of payload of each",
      default: PAPER_PAYLOAD_BYTES,
      min: MIN_PAYLOAD_BYTES,
      max: MAX_PAYLOAD_BYTES,
    },
    {
      name: "private",
      summary: "in a private overlay, whose payloads are sealed",
      default: false,
    },
    {
      name: "sim",
      summary: "two engines in virtual time, signatures replaced by a keyed hash",
      default: false,
    },
    {
      name: "reply",
      summary:
        "with --sim: bytes of one answer, 25600 as in the paper's experiment; 0: the profile's",
      default: 0,
      min: 0,
      max: 1_000_000,
    },
  ],
  run: (options, ports) => (options.sim ? simulated(options, ports) : real(options, ports)),
});

async function real(options: Options & CommonOptions, ports: Ports): Promise<Result> {
  const { bundles, payload, profile, private: isPrivate } = options;
  const limitMs = REAL_LIMIT_MS;
  const run = await runRealCold({ bundles, payload, profile, private: isPrivate, limitMs }, ports);
  const bytesPerBundle = round(run.bytes / bundles, 1);
  const json = { seconds: round(run.seconds, 3), bytesPerBundle, offers: run.offers };
  return {
    json: {
      ...json,
      bundles,
      payload,
      profile,
      private: isPrivate,
      found: run.found,
      cpuSeconds: round(run.cpuSeconds, 2),
      loopDelayP99Ms: roundDelays(run.loopDelayP99Ms),
    },
    report: realReport(options, run),
    ...(!run.done && { failure: `${bundles - run.found} bundles never came` }),
  };
}

function simulated(options: Options & CommonOptions, ports: Ports): Result {
  const { profile: name, bundles, payload, reply } = options;
  const profile = { ...PROFILES[name], ...(reply > 0 && { replyBytes: reply }) };
  const simulation = simulateCold({ ...options, profile }, ports);
  const { run, bytes, predicted, datagramBytes } = simulation;
  const offers = run.counts.offer.datagrams;
  return {
    json: {
      seconds: round(run.ms / 1_000, 1),
      bytesPerBundle: round(bytes / bundles, 1),
      offers,
      bundles,
      payload,
      profile: name,
      replyBytes: profile.replyBytes,
      datagramBytes: round(datagramBytes, 1),
      megabytes: round(bytes / 1e6, 2),
      predicted: predicted
        ? { offers: round(predicted.offers, 0), megabytes: round(predicted.bytes / 1e6, 2) }
        : null,
      found: run.found,
    },
    report: simulatedReport(simulation),
    ...(!run.done && { failure: `${bundles + 1 - run.found} bundles never came` }),
  };
}

/** One empty node and one that holds everything, in virtual time; and what the formulas say of it. */
export function simulateCold(
  {
    seed,
    bundles,
    payload,
    profile,
  }: { seed: number; bundles: number; payload: number; profile: Profile },
  ports: Ports,
): SimulatedCold {
  ports.progress(`${bundles} bundles are made`);
  const stock = makeStock(seed, bundles, payload);
  const run = runPair({
    seed,
    stock,
    full: storeWith(stock.bundles),
    held: [],
    profile,
    limitMs: SIM_LIMIT_MS,
    progress: (held, nowMs) =>
      ports.progress(`${held} bundles after ${Math.round(nowMs / 60_000)} virtual minutes`),
  });
  const { offer, answer, bundles: carried, other } = run.counts;
  const bytes = offer.bytes + answer.bytes + carried.bytes + other.bytes;
  const datagramBytes = datagramOf(stock);
  const predicted =
    profile.name === "dispersy" && !profile.searches
      ? predict(stock, profile, datagramBytes)
      : undefined;
  return { bundles, payload, profile, run, datagramBytes, bytes, predicted };
}

function predict(stock: Stock, profile: Profile, datagramBytes: number) {
  const total = stock.bundles.length;
  const { falsePositiveRate, replyBytes } = profile;
  const { offers } = predictOffers({
    total,
    missing: total,
    where: "random",
    falsePositiveRate,
    replyBytes,
    bundleBytes: replyBytesPerBundle(stock),
  });
  return { offers, bytes: offers * exchangeBytes(total) + total * datagramBytes };
}

/** Mean bytes of a datagram that answers an offer with one bundle. */
function datagramOf({ bundles }: Stock): number {
  const identifier = new Uint8Array(8);
  const bytes = bundles.map((bundle) =>
    encodedBytes({ kind: "bundles", identifier, bundles: [bundle] }),
  );
  return bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
}
