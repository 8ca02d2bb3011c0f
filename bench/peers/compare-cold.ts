import { type LoopDelays, type RealCold, runRealCold } from "../experiments/cold-real.ts";
import { median } from "./compare-servers.ts";
import { hypercoreCold } from "./hypercore.ts";

export interface ColdOptions {
  runs: number;
  bundles: number;
  payload: number;
}

/** Medians over the runs. */
export interface ColdSide {
  /** From opening what is empty until it is closed, and all is on disk. */
  seconds: number;
  /** Of both processes. */
  cpuSeconds: number;
  /** Payload of UDP or TCP, both ways. */
  bytesPerBundle: number;
}

export interface ColdComparison {
  /** A public overlay: sealed on its way, as theirs. */
  ours: ColdSide & { loopDelayP99Ms: LoopDelays };
  /** A private one: what bundles say is sealed, too. */
  private: ColdSide;
  hypercore: ColdSide;
  /** Ours of theirs; medians of each run's. */
  ratio: number;
  cpuRatio: number;
  privateRatio: number;
}

/** Slower machines take minutes; whoever takes longer than this has stopped. */
const LIMIT_MS = 900_000;

/** Ours and hypercore's in turn; every second run the other way round. Throws when ours does not get everything. */
export async function compareCold(
  { runs, bundles, payload }: ColdOptions,
  progress: (text: string) => void,
): Promise<ColdComparison> {
  const own: RealCold[] = [];
  const sealed: RealCold[] = [];
  const theirs: ColdSide[] = [];
  const options = { bundles, payload, profile: "adaptive", limitMs: LIMIT_MS } as const;
  for (let run = 1; run <= runs; run++) {
    const ours = (isPrivate: boolean, into: RealCold[]) => async (): Promise<void> => {
      const name = isPrivate ? "ours, private" : "ours";
      const say = (text: string): void => progress(`run ${run} of ${runs}, ${name}: ${text}`);
      const cold = await runRealCold({ ...options, private: isPrivate }, { progress: say });
      if (!cold.done) throw new Error(`${bundles - cold.found} bundles never came`);
      into.push(cold);
    };
    const sides = [
      ours(false, own),
      ours(true, sealed),
      async () => {
        progress(`run ${run} of ${runs}, hypercore`);
        const { bytes, ...cold } = await hypercoreCold(bundles, payload);
        theirs.push({ ...cold, bytesPerBundle: bytes / bundles });
      },
    ];
    for (const side of run % 2 === 1 ? sides : sides.toReversed()) await side();
  }
  const of = (values: (cold: RealCold) => number): number => median(own.map(values));
  const sideOf = (colds: RealCold[]): ColdSide => ({
    seconds: median(colds.map(({ wholeSeconds }) => wholeSeconds)),
    cpuSeconds: median(colds.map(({ cpuSeconds }) => cpuSeconds)),
    bytesPerBundle: median(colds.map(({ bytes }) => bytes / bundles)),
  });
  const ofTheirs = (key: keyof ColdSide): number => median(theirs.map((cold) => cold[key]));
  return {
    ours: {
      ...sideOf(own),
      loopDelayP99Ms: {
        holder: of(({ loopDelayP99Ms }) => loopDelayP99Ms.holder),
        joiner: of(({ loopDelayP99Ms }) => loopDelayP99Ms.joiner),
        idle: of(({ loopDelayP99Ms }) => loopDelayP99Ms.idle),
      },
    },
    private: sideOf(sealed),
    hypercore: {
      seconds: ofTheirs("seconds"),
      cpuSeconds: ofTheirs("cpuSeconds"),
      bytesPerBundle: ofTheirs("bytesPerBundle"),
    },
    ratio: median(own.map(({ wholeSeconds }, run) => wholeSeconds / theirs[run]!.seconds)),
    cpuRatio: median(own.map(({ cpuSeconds }, run) => cpuSeconds / theirs[run]!.cpuSeconds)),
    privateRatio: median(
      sealed.map(({ wholeSeconds }, run) => wholeSeconds / theirs[run]!.seconds),
    ),
  };
}
