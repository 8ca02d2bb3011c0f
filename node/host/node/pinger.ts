import type { EngineEvent } from "../../core/effects.ts";
import type { Input } from "../../core/inputs.ts";
import { parseHostPort } from "../../../wire/place.ts";
import { EXIT, UserError } from "../errors.ts";
import type { PeerRow, PingRow } from "../status/rows.ts";

/** What a pinger needs of its node. */
export interface PingPorts {
  input: (input: Input) => void;
  peers: (overlay: string) => PeerRow[];
  subscribe: (listener: (event: EngineEvent) => void) => () => void;
}

/** Instance ids are long; their beginning is enough among the peers we know. */
const MIN_PREFIX = 4;

/**
 * Opens a path to a node by way of its introducers. `target` is the instance id that its `dispersy status` prints, or,
 * for a peer that is known, the beginning of it or the address. Throws a UserError when there is no such peer, or
 * nobody knows it in time.
 */
export async function ping(
  ports: PingPorts,
  overlay: string,
  target: string,
  timeoutMs: number,
): Promise<PingRow> {
  const known = ports.peers(overlay).filter((peer) => names(peer, target));
  const open = known.find(({ bucket }) => bucket === "contacted" || bucket === "tracker");
  if (open !== undefined) {
    return { path: open.address, strategy: "contact", probes: 0, ms: open.rttMs ?? null };
  }
  const instance = known.find((peer) => peer.instance !== undefined)?.instance ?? target;
  if (!/^[0-9a-f]{16}$/.test(instance)) {
    // An address is well said, and there is no path to it; anything else is a slip of whoever types.
    const isAddress = parseHostPort(target) !== undefined;
    throw new UserError(
      `no peer here is called ${target}`,
      "Give the 16 digits that `dispersy status` prints on the other machine, or a peer of `dispersy peers`.",
      isAddress ? EXIT.failed : EXIT.usage,
    );
  }
  return outcome(ports, overlay, instance, timeoutMs);
}

function names({ instance, address }: PeerRow, target: string): boolean {
  if (address === target) return true;
  return target.length >= MIN_PREFIX && instance?.startsWith(target) === true;
}

function outcome(
  ports: PingPorts,
  overlay: string,
  instance: string,
  timeoutMs: number,
): Promise<PingRow> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      const hint =
        "Both nodes have to be in this overlay and to have answered the same tracker within the last minute.";
      reject(new UserError(`nobody introduced ${instance} to us`, hint));
    }, timeoutMs);
    const unsubscribe = ports.subscribe((event) => {
      if (event.event !== "path" || event.instance !== instance) return;
      clearTimeout(timer);
      unsubscribe();
      const { address, open, strategy, probes, ms, reason } = event;
      resolve({
        path: open ? address.key : null,
        strategy: open ? strategy : null,
        probes,
        ms: open ? Math.round(ms) : null,
        ...(reason !== undefined && { reason }),
      });
    });
    ports.input({ kind: "ping", overlay, instance });
  });
}
