import { ascending, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, table, text } from "../experiment.ts";
import { Party, programBeside } from "../peers/party.ts";
import type { Answered, Opened } from "./held-opener.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

interface Options {
  bundles: number;
  missing: number;
  trials: number;
}

interface Held extends Opened, Answered {}

/** As the paper's datagrams of 256 bytes. */
const PAYLOAD_BYTES = 111;

export const held = experiment<Options>({
  name: "held",
  summary:
    "what holding many bundles costs: memory, the start, and an offer by sketch and its answer",
  signatures: "Ed25519",
  options: [
    {
      name: "bundles",
      summary: "bundles in the home",
      default: 100_000,
      min: 100,
      max: 10_000_000,
    },
    { name: "missing", summary: "bundles that an offer finds", default: 10, min: 1, max: 50 },
    { name: "trials", summary: "offers and answers", default: 500, min: 1, max: 100_000 },
  ],
  async run(options, ports) {
    const measured = await measure(options, ports);
    const figures = figuresOf(measured);
    const { bundles, missing } = options;
    return { json: { ...figures, bundles, missing }, report: [section(options, figures)] };
  },
});

/** One process writes a home, a second one opens it. */
async function measure(
  { bundles, missing, trials, profile, seed }: Options & CommonOptions,
  ports: Ports,
): Promise<Held> {
  const folder = makeScratch("held");
  try {
    const writer = new Party(
      programBeside(import.meta.url, "cold-holder"),
      folder,
      bundles,
      PAYLOAD_BYTES,
      profile,
    );
    const { overlay } = await writer.hears("ready", (told) => {
      ports.progress(`${String(told["bundles"])} of ${bundles} bundles are written`);
    });
    await writer.stop();
    ports.progress("another process opens the home");
    const opener = new Party(
      programBeside(import.meta.url, "held-opener"),
      folder,
      String(overlay),
      missing,
      trials,
      seed,
    );
    const opened = (await opener.hears("opened")) as unknown as Opened;
    const answered = (await opener.hears("answered")) as unknown as Answered;
    await opener.stop();
    return { ...opened, ...answered };
  } finally {
    removeScratch(folder);
  }
}

function figuresOf(measured: Held) {
  const { seconds, cpuSeconds, indexBytes, sketchedBytes, build, answer, whole } = measured;
  const at = (values: number[], share: number): number =>
    round(quantile(ascending(values), share)!, 1);
  return {
    startSeconds: round(seconds, 2),
    startCpuSeconds: round(cpuSeconds, 2),
    indexBytesPerBundle: round(indexBytes, 1),
    sketchedBytesPerBundle: round(sketchedBytes, 1),
    buildMicroseconds: { p50: at(build, 0.5), p95: at(build, 0.95) },
    answerMicroseconds: { p50: at(answer, 0.5), p95: at(answer, 0.95) },
    wholeShare: round(whole / answer.length, 3),
  };
}

function section({ bundles, missing, trials }: Options, figures: ReturnType<typeof figuresOf>) {
  const { buildMicroseconds: build, answerMicroseconds: answer } = figures;
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    title: "Holding",
    parts: [
      text(
        `A home with ${bundles} bundles, opened by a new process. Memory is JavaScript's heap and byte arrays; ` +
          "what LMDB maps of its file is not in it. Offers are those of the adaptive profile, on one core: each of " +
          `${trials} finds ${missing} bundles, which are read from the file, as far as the system has it in memory.`,
      ),
      table(
        ["figure", right("measured")],
        [
          ["start, seconds", figures.startSeconds],
          ["start, seconds of processor time", figures.startCpuSeconds],
          ["index, bytes per bundle", figures.indexBytesPerBundle],
          ["index with sketches, bytes per bundle", figures.sketchedBytesPerBundle],
          ["an offer by sketch, microseconds, median (95 %)", `${build.p50} (${build.p95})`],
          ["answers that find all, share", figures.wholeShare],
          ["its answer, microseconds, median (95 %)", `${answer.p50} (${answer.p95})`],
        ],
      ),
    ],
  };
}
