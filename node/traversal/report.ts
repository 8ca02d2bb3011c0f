import type { Attempt } from "../../nat/attempt.ts";
import type { Address } from "../../wire/address.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { scopeOf } from "../../wire/address-scope.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "../net/net-state.ts";
import type { Scope } from "../net/scope.ts";

export interface Ending {
  /** Where the path leads; undefined when there is none, and then a reason. */
  opened: Address | undefined;
  reason?: string | undefined;
}

/** Ends an attempt: says how, and counts it. */
export function report(
  attempt: Attempt,
  { opened, reason }: Ending,
  { ctx, scope, netState }: { ctx: Context; scope: Scope; netState: NetState },
): void {
  const { instance, strategy, probes, role, namedMs, address, nat: peer } = attempt;
  const isPlain = attempt.phase === "named";
  attempt.phase = "over";
  const ms = ctx.now - namedMs;
  const isLan = opened !== undefined && !equalBytes(opened.ip, address.ip);
  const how = isLan && scopeOf(opened.ip) !== "global" ? "lan" : isPlain ? "puncture" : strategy;
  const own = netState.nat(address.family);
  if (opened !== undefined) attempt.opened = { strategy: how, ms };
  netState.outcomes.add({ own, peer, how, opened: opened !== undefined, ms });
  ctx.notify({
    event: "path",
    overlay: scope.hex,
    instance,
    address: opened ?? address,
    open: opened !== undefined,
    role,
    strategy: how,
    probes,
    ms,
    ...(reason !== undefined && { reason }),
  });
}
