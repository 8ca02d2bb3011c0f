import type { Replayed } from "../record/replayer.ts";
import type { Status } from "../host/status/node-status.ts";
import type { OverlayInfo, PeerRow, PingRow } from "../host/status/rows.ts";
import type { BundleJson } from "./bundle-view.ts";
import type { NetcheckJson } from "./netcheck-view.ts";
import type { ErrorJson } from "./output.ts";
import type { ReadyEvent, RunEvent } from "./serve.ts";

/** A bundle that is on disk. */
interface Receipt {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  globalTime: number;
}

/**
 * What each command prints with `--json`: one object per line. `npm run pages` makes docs/schemas/ from these types and
 * their comments; a test validates what the commands print. A new command is one line here, and one in the test.
 */
export interface Printed {
  /** Of every command, on stderr, as its last line. */
  error: ErrorJson;
  init: OverlayInfo;
  run: RunEvent;
  tracker: ReadyEvent;
  put: Receipt;
  ls: BundleJson;
  tail: BundleJson;
  get: BundleJson;
  status: Status;
  peers: PeerRow;
  wait: Status;
  ping: PingRow;
  netcheck: NetcheckJson;
  grant: Receipt;
  invite: { ticket: string };
  /** `isCut`: the recording ends in the middle of a line. */
  replay: Replayed & { isCut: boolean };
  /** Alone; an experiment prints one object of its own. */
  bench: { name: string; summary: string }[];
}
