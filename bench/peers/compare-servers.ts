import { ascending, quantile } from "../analysis/statistics.ts";
import { Crowd, type Way } from "./crowd.ts";
import { Asked, type Server, type ServerRound } from "./round.ts";

/** The load on servers. */
export interface Load {
  /** The few addresses, in one overlay. */
  few: number;
  /** The many, in one overlay and in several. */
  many: number;
  overlays: number;
  /** Questions at a time of clients that never sleep. */
  underWay: number;
  /** Questions per second of clients that sleep. */
  rate: number;
  /** Of each measurement. */
  seconds: number;
  /** Answers before that, until all code is compiled: servers run for days. */
  warmUp: number;
  runs: number;
}

/** Who asks. */
export interface Setting {
  addresses: number;
  overlays: number;
  way: Way;
}

export interface ServerRow extends Setting {
  server: Server;
  /** Medians over the runs. */
  median: ServerRound;
  /** Medians of what each run shows, divided by what another server shows in the same run. */
  of: Partial<Record<Server, { answersPerSecond: number; answersPerCpuSecond: number }>>;
}

/** A machine that is too slow for so many. */
const WARM_UP_LIMIT_MS = 30_000;
const WARM_UP_ROUND_S = 0.25;
const WAYS: readonly Way[] = ["open", "closed"];

/** All servers, for each crowd of clients and each way to ask. */
export async function compareServers(
  servers: readonly Server[],
  load: Load,
  progress: (text: string) => void,
): Promise<ServerRow[]> {
  const rows: ServerRow[] = [];
  for (const [addresses, overlays] of crowds(load)) {
    const crowd = new Crowd(addresses, overlays);
    const asked: Asked[] = [];
    try {
      await crowd.open();
      for (const server of servers) {
        progress(`${addresses} addresses, ${overlays} overlays: ${server} is greeted`);
        asked.push(await Asked.start(server, crowd));
      }
      rows.push(...(await compare({ addresses, overlays, servers, asked, load, progress })));
    } finally {
      await Promise.all([crowd, ...asked].map((party) => party.stop()));
    }
  }
  return rows;
}

function crowds({ few, many, overlays }: Load): [addresses: number, overlays: number][] {
  const all: [number, number][] = [
    [few, 1],
    [many, 1],
    [many, overlays],
  ];
  return all.filter((crowd, i) => all.findIndex((other) => `${other}` === `${crowd}`) === i);
}

/**
 * All servers in each run, in turn and back, so that whatever else the machine does meets all of them. They all run
 * all the time, and only one is asked.
 */
async function compare(parts: {
  addresses: number;
  overlays: number;
  servers: readonly Server[];
  asked: readonly Asked[];
  load: Load;
  progress: (text: string) => void;
}): Promise<ServerRow[]> {
  const { addresses, overlays, servers, asked, load, progress } = parts;
  const { runs, underWay, rate, seconds } = load;
  for (const server of asked) await warm(server, load);
  const rounds = WAYS.map(() => servers.map((): ServerRound[] => []));
  for (let run = 1; run <= runs; run++) {
    for (const [i, way] of WAYS.entries()) {
      const order = [...servers.keys()];
      if (run % 2 === 0) order.reverse();
      for (const server of order) {
        progress(`${addresses} addresses, ${overlays} overlays, run ${run} of ${runs}`);
        rounds[i]![server]!.push(await asked[server]!.round({ way, underWay, rate, seconds }));
      }
    }
  }
  return WAYS.flatMap((way, i) =>
    servers.map((server, j) => ({
      server,
      addresses,
      overlays,
      way,
      median: medianRound(rounds[i]![j]!),
      of: Object.fromEntries(
        servers.map((other, k) => [other, ratios(rounds[i]![j]!, rounds[i]![k]!)]),
      ),
    })),
  );
}

async function warm(server: Asked, { underWay, rate, warmUp }: Load): Promise<void> {
  const limitMs = performance.now() + WARM_UP_LIMIT_MS;
  for (let answers = 0; answers < warmUp && performance.now() < limitMs;) {
    const asking = { way: "closed", underWay, rate, seconds: WARM_UP_ROUND_S } as const;
    answers += (await server.round(asking)).answersPerSecond * WARM_UP_ROUND_S;
  }
}

function medianRound(rounds: readonly ServerRound[]): ServerRound {
  const of = (key: keyof ServerRound): number => median(rounds.map((round) => round[key]));
  return {
    answersPerSecond: of("answersPerSecond"),
    answersPerCpuSecond: of("answersPerCpuSecond"),
    datagramsPerSecond: of("datagramsPerSecond"),
    punctureRequestsPerAnswer: of("punctureRequestsPerAnswer"),
    answered: of("answered"),
  };
}

function ratios(
  rounds: readonly ServerRound[],
  others: readonly ServerRound[],
): { answersPerSecond: number; answersPerCpuSecond: number } {
  const of = (key: "answersPerSecond" | "answersPerCpuSecond"): number =>
    median(rounds.map((round, run) => round[key] / others[run]![key]));
  return {
    answersPerSecond: of("answersPerSecond"),
    answersPerCpuSecond: of("answersPerCpuSecond"),
  };
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5)!;
}
