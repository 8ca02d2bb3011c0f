import { ascending, quantile } from "../analysis/statistics.ts";
import { type Load, type Server, serverRound, type ServerRound } from "./round.ts";

export interface ServerRow {
  server: Server;
  /** Medians over the runs. */
  median: ServerRound;
  /** Medians of what each run shows, divided by what the bare echo shows in the same run. */
  ofEcho: { datagrams: number; datagramsPerCpuSecond: number };
}

/**
 * All servers in each run, in turn and back, so that whatever else the machine does meets all of them; the first one is
 * the echo.
 */
export async function compareServers(
  servers: readonly ["echo", ...Server[]],
  runs: number,
  load: Load,
  progress: (text: string) => void,
): Promise<ServerRow[]> {
  const rounds = new Map<Server, ServerRound[]>(servers.map((server) => [server, []]));
  for (let run = 1; run <= runs; run++) {
    const order = run % 2 === 1 ? servers : servers.toReversed();
    for (const server of order) {
      progress(`run ${run} of ${runs}, ${server}`);
      rounds.get(server)!.push(await serverRound(server, load));
    }
  }
  const echoes = rounds.get("echo")!;
  return servers.map((server) => row(server, rounds.get(server)!, echoes));
}

function row(server: Server, rounds: ServerRound[], echoes: ServerRound[]): ServerRow {
  const of = (key: keyof ServerRound): number => median(rounds.map((round) => round[key]));
  const ratio = (key: keyof ServerRound): number =>
    median(rounds.map((round, run) => round[key] / echoes[run]![key]));
  return {
    server,
    median: {
      repliesPerSecond: of("repliesPerSecond"),
      datagramsPerSecond: of("datagramsPerSecond"),
      datagramsPerCpuSecond: of("datagramsPerCpuSecond"),
      repeated: of("repeated"),
    },
    ofEcho: {
      datagrams: ratio("datagramsPerSecond"),
      datagramsPerCpuSecond: ratio("datagramsPerCpuSecond"),
    },
  };
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5)!;
}
