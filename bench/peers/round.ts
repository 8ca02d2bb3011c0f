import type { DialectName } from "./dialects.ts";
import { foreignProgram } from "./installed.ts";
import { Party, programBeside } from "./party.ts";

/** The load on a server. */
export interface Load {
  clients: number;
  /** Questions of each client at a time. */
  underWay: number;
  seconds: number;
  /** Replies before that, until all code is compiled: servers run for days. */
  warmUp: number;
}

/** What a server did under it. */
export interface ServerRound {
  repliesPerSecond: number;
  /** Replies, and whatever else the clients got. */
  datagramsPerSecond: number;
  /** Of the server's own time, whatever else the machine does: the figure that a loaded machine shows as well. */
  datagramsPerCpuSecond: number;
  /** Questions repeated, because a client heard nothing for long. */
  repeated: number;
}

export type Server = "tracker" | "echo" | "bittorrent-tracker";

const SERVERS: Record<Server, { dialect: DialectName; program: () => string }> = {
  tracker: { dialect: "introductions", program: () => programBeside(import.meta.url, "tracker") },
  echo: { dialect: "echo", program: () => programBeside(import.meta.url, "echo") },
  "bittorrent-tracker": {
    dialect: "announces",
    program: () => foreignProgram("announces.mjs", "bittorrent-tracker"),
  },
};

/** One server process, asked by a process of clients. */
export async function serverRound(server: Server, load: Load): Promise<ServerRound> {
  const { dialect, program } = SERVERS[server];
  const serving = new Party(program());
  try {
    const { port } = await serving.hears("ready");
    const { clients, underWay, seconds, warmUp } = load;
    const figures = [Number(port), clients, underWay, seconds, warmUp];
    const calling = new Party(programBeside(import.meta.url, "callers"), dialect, ...figures);
    try {
      await calling.hears("measuring");
      serving.begin();
      const measured = await calling.hears("measured");
      const { cpuSeconds } = await serving.usage();
      const replies = Number(measured["replies"]);
      const datagrams = replies + Number(measured["others"]);
      const took = Number(measured["seconds"]);
      return {
        repliesPerSecond: replies / took,
        datagramsPerSecond: datagrams / took,
        datagramsPerCpuSecond: datagrams / cpuSeconds,
        repeated: Number(measured["repeated"]),
      };
    } finally {
      await calling.stop();
    }
  } finally {
    await serving.stop();
  }
}
