import type { TestContext } from "node:test";
import { createLog } from "../../../node/host/log.ts";
import type { Pace } from "../../../node/host/portmap/mapper.ts";
import { PortMapping } from "../../../node/host/portmap/portmap.ts";
import { hostRandom } from "../../../node/host/random.ts";
import type { Random } from "../../../wire/crypto.ts";
import { Gateway, type GatewayOptions } from "../../helpers/gateway.ts";

const PACE: Pace = {
  retransmitMs: 20,
  answerMs: 400,
  graceMs: 50,
  pollMs: 50,
  leastRenewMs: 50,
  retryMs: 50,
  maxRetryMs: 200,
  goodbyeMs: 3_000,
};
export const PORT = 6_421;
const NONCE = new Uint8Array(12).fill(7);

/** A router, and a node's port mapping behind it. */
export async function world(t: TestContext, options: GatewayOptions, pace: Partial<Pace> = {}) {
  const gateway = await Gateway.start(t, options);
  return { gateway, ...join(t, gateway, { pace }) };
}

/** One more node behind the router. */
export function join(
  t: TestContext,
  gateway: Gateway,
  {
    client,
    pace = {},
    random = hostRandom,
  }: { client?: string; pace?: Partial<Pace>; random?: Random },
) {
  const changes: string[] = [];
  const mapping = new PortMapping({
    log: createLog({ level: "silent" }),
    random,
    nonce: NONCE,
    onChange: (via, address) => changes.push(`${via} ${address?.key ?? "none"}`),
    pace: { ...PACE, ...pace },
  });
  t.after(() => mapping.close());
  mapping.update(gateway.place(PORT, client));
  return { mapping, changes };
}
