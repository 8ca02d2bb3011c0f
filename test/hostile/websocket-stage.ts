import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTicket } from "../../node/host/node/read-ticket.ts";
import { formatTicket } from "../../wire/ticket.ts";
import { Node } from "../../node/host/node/node.ts";
import { until } from "../host/support.ts";
import type { VictimState } from "./websocket-victim.ts";

const VICTIM = fileURLToPath(new URL("./websocket-victim.ts", import.meta.url));

/** A node in a process of its own that others attack, and honest ones that join it by UDP meanwhile. */
export class WebSocketStage {
  readonly folder = mkdtempSync(join(tmpdir(), "dispersy-websocket-"));
  readonly bundles: number;
  #child!: ChildProcess;
  #ended!: Promise<void>;
  #joined = 0;
  ticket = "";
  port = 0;

  private constructor(bundles: number) {
    this.bundles = bundles;
  }

  /** `files`: how many its process may open. */
  static async open(bundles: number, { files }: { files?: number } = {}): Promise<WebSocketStage> {
    const stage = new WebSocketStage(bundles);
    const words = [join(stage.folder, "victim"), String(bundles)];
    const program = ["--import", "tsx", VICTIM, ...words];
    stage.#child =
      files === undefined
        ? fork(VICTIM, words)
        : spawn("sh", ["-c", `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, ...program], {
            stdio: ["ignore", "inherit", "inherit", "ipc"],
          });
    stage.#ended = new Promise((resolve) => stage.#child.once("exit", () => resolve()));
    const ready = await stage.#hears<{ ticket: string; port: number }>();
    stage.ticket = ready.ticket;
    stage.port = ready.port;
    return stage;
  }

  async state(): Promise<VictimState> {
    this.#child.send("state");
    return this.#hears<VictimState>();
  }

  /** How long an empty node takes to get everything by UDP, ms. */
  async syncMs(): Promise<number> {
    const home = join(this.folder, `joiner-${++this.#joined}`);
    const node = await Node.open({
      home,
      listen: "127.0.0.1:0",
      logLevel: "silent",
      portmap: false,
    });
    try {
      let found = 0;
      node.subscribe((event) => {
        if (event.event === "bundle" && event.bundle.header.content.kind === "data") found++;
      });
      const beganMs = performance.now();
      const { ws: _, ...byUdp } = readTicket(this.ticket);
      await node.join(formatTicket(byUdp));
      await until("the joiner has everything", () => found === this.bundles);
      return performance.now() - beganMs;
    } finally {
      await node.close();
    }
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #hears<T>(): Promise<T> {
    const [message] = (await Promise.race([
      once(this.#child, "message"),
      this.#ended.then(() => Promise.reject(new Error("the attacked node has ended"))),
    ])) as [T];
    return message;
  }
}
