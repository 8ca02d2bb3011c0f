import type { Replayed } from "../record/replayer.ts";
import type { PipeOutcome } from "../host/carriers/pipe.ts";
import type { ExportOutcome, ImportOutcome } from "../host/node/node.ts";
import type { Status } from "../host/status/node-status.ts";
import type {
  HeldRow,
  NameRow,
  OverlayInfo,
  OverlayRow,
  PeerRow,
  PingRow,
} from "../host/status/rows.ts";
import type { BundleJson, DeliveryJson } from "./bundle-view.ts";
import type { NetcheckJson } from "./netcheck-view.ts";
import type { ErrorJson } from "./output.ts";
import type { ProgressEvent } from "../host/status/progress.ts";
import type { DiagnosisJson } from "./doctor-view.ts";
import type { ReadyEvent, RunEvent } from "./run-events.ts";

/** A bundle that is on disk. */
interface Receipt {
  /** Hexadecimal bundle id: 64 characters. */
  id: string;
  globalTime: number;
}

/** The node runs: `as` and what follows tell how, where it was started just now. */
export interface UpJson {
  event: "up";
  started: boolean;
  as?: "systemd" | "background";
  unit?: string;
  log?: string;
  pid: number;
  listen: string[];
  overlays: { overlay: string; ticket: string }[];
}

/** A line of the log, with fields of its own; what the node said in plain words has only `msg`. */
interface LogJson {
  msg: string;
  level?: number;
  [field: string]: unknown;
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
  up: UpJson;
  /** `stopped`: whether a node was running. */
  down: { event: "down"; stopped: boolean };
  logs: LogJson;
  /** What was joined, then what becomes of it. */
  join: OverlayInfo | ProgressEvent;
  leave: { overlay: string };
  overlays: OverlayRow;
  doctor: DiagnosisJson;
  tracker: ReadyEvent;
  /** What is on disk, then, with --wait, who holds it. */
  put: Receipt | HeldRow;
  ls: BundleJson;
  tail: DeliveryJson | BundleJson;
  get: BundleJson;
  name: NameRow;
  status: Status;
  peers: PeerRow;
  wait: Status;
  ping: PingRow;
  netcheck: NetcheckJson;
  grant: Receipt;
  invite: { ticket: string };
  /** On stderr: standard output may be the stream. */
  sync: PipeOutcome;
  /** On stderr without --output: standard output is the export. */
  export: ExportOutcome;
  import: ImportOutcome;
  /** `isCut`: the recording ends in the middle of a line. */
  replay: Replayed & { isCut: boolean };
  /** Alone; an experiment prints one object of its own. */
  bench: { name: string; summary: string };
}
