/** What has a node of one home run when no terminal does. */
export interface Service {
  /** What `--json` says of it. */
  readonly json: { as: "systemd"; unit: string } | { as: "background"; log: string };
  /** For people: what the node runs as. */
  readonly name: string;
  /** For people: how long it stays, if `down` is the command that ends it. */
  stays(down: string): Promise<string>;
  /** Starts `dispersy run` with these arguments. Rejects with a UserError when that cannot be done. */
  start(runArguments: readonly string[]): Promise<Start>;
  /** To be called once the node that was started is up. */
  established(): Promise<void>;
  /** Ends what was started, and sees to it that it does not come back. False when that is left to the node itself. */
  stop(): Promise<boolean>;
  /** The newest lines that it has written; undefined when it never wrote any. */
  lastLines(count: number): Promise<string[] | undefined>;
  /** The newest lines, then those that come; never ends by itself. */
  follow(count: number): AsyncIterable<string>;
}

/** One attempt to run a node. */
export interface Start {
  /** The exit code, once it has ended; undefined while it has not. */
  ended(): Promise<number | undefined>;
  /** What it has said so far. */
  lines(): Promise<string[]>;
}
