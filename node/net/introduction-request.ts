import type { Address } from "../../wire/address.ts";
import type { IntroductionRequest } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "./net-state.ts";
import type { Scope } from "./scope.ts";

/**
 * Composes every introduction-request, whichever part of the node asks: a new identifier, what each says of us, and
 * the `wish` that it is for.
 */
export function introductionRequest(
  ctx: Context,
  netState: NetState,
  scope: Scope,
  to: Address,
  wish: Partial<IntroductionRequest> = {},
): IntroductionRequest {
  return {
    kind: "introduction-request",
    identifier: ctx.random.bytes(8),
    instance: scope.instance.bytes,
    destination: to,
    grant: netState.validation.tokens.issue(to, ctx.now),
    nat: netState.nat(to.family),
    advice: false,
    ...wish,
  };
}
