import type { Asking, Crowd } from "./crowd.ts";
import type { DialectName } from "./dialects.ts";
import { foreignProgram } from "./installed.ts";
import { Party, programBeside } from "./party.ts";

/** What a server did in one measurement. */
export interface ServerRound {
  /** Questions answered by naming somebody. */
  answersPerSecond: number;
  /** The same of the server's own time, whatever else the machine does. */
  answersPerCpuSecond: number;
  /** Answers, and whatever else the clients got. */
  datagramsPerSecond: number;
  punctureRequestsPerAnswer: number;
  /** Of all questions. */
  answered: number;
}

export type Server = "tracker" | "tracker-of-open" | "echo" | "bittorrent-tracker";

const ours = () => programBeside(import.meta.url, "tracker");
const SERVERS: Record<Server, { dialect: DialectName; program: () => string }> = {
  tracker: { dialect: "introductions", program: ours },
  "tracker-of-open": { dialect: "introductions-of-open", program: ours },
  echo: { dialect: "echo", program: () => programBeside(import.meta.url, "echo") },
  "bittorrent-tracker": {
    dialect: "announces",
    program: () => foreignProgram("announces.mjs", "bittorrent-tracker"),
  },
};

/** A server in a process of its own that a crowd can ask. */
export class Asked {
  readonly #serving: Party;
  readonly #crowd: Crowd;
  readonly #number: number;

  private constructor(serving: Party, crowd: Crowd, number: number) {
    this.#serving = serving;
    this.#crowd = crowd;
    this.#number = number;
  }

  static async start(server: Server, crowd: Crowd): Promise<Asked> {
    const { dialect, program } = SERVERS[server];
    const serving = new Party(program());
    const { port } = await serving.hears("ready");
    return new Asked(serving, crowd, await crowd.greet({ dialect, port: Number(port) }));
  }

  async round(asking: Asking): Promise<ServerRound> {
    this.#serving.begin();
    const measured = await this.#crowd.measure({ ...asking, server: this.#number });
    const { cpuSeconds } = await this.#serving.usage();
    const { seconds, asked, answers, punctureRequests, others } = measured;
    return {
      answersPerSecond: answers / seconds,
      answersPerCpuSecond: answers / cpuSeconds,
      datagramsPerSecond: (answers + punctureRequests + others) / seconds,
      punctureRequestsPerAnswer: answers === 0 ? 0 : punctureRequests / answers,
      answered: asked === 0 ? 0 : answers / asked,
    };
  }

  async stop(): Promise<void> {
    await this.#serving.stop();
  }
}
