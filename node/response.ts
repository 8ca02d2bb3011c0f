import type { Address } from "../wire/address.ts";
import type { IntroductionRequest, IntroductionResponse } from "../wire/message.ts";
import type { Context } from "./context.ts";
import type { Surroundings } from "./surroundings.ts";

/** What every introduction-response says: how we see the other side, and how it can come back. */
export function responseTo(
  to: Address,
  { identifier }: IntroductionRequest,
  { ctx, surroundings, tracker }: { ctx: Context; surroundings: Surroundings; tracker: boolean },
): IntroductionResponse {
  const lan = surroundings.lanAddress(to.family);
  return {
    kind: "introduction-response",
    identifier,
    instance: ctx.instance,
    destination: to,
    ...(lan !== undefined && { lan }),
    grant: surroundings.validation.tokens.issue(to, ctx.now),
    nat: surroundings.nat(to.family),
    validated: false,
    tracker,
    padding: 0,
  };
}
