import type { Address } from "../../wire/address.ts";
import {
  UNKNOWN_NAT,
  type IntroductionRequest,
  type IntroductionResponse,
} from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "./net-state.ts";
import type { Scope } from "./scope.ts";

/** Who answers. */
interface Answerer {
  ctx: Context;
  netState: NetState;
  scope: Scope;
  tracker: boolean;
}

/**
 * What a stranger is told: how we see it, how it can come back, and nothing of our network. That is smaller than any
 * request, also one with a token that we forgot over a restart.
 */
export function responseToStranger(
  to: Address,
  { identifier }: IntroductionRequest,
  { ctx, netState, scope, tracker }: Answerer,
): IntroductionResponse {
  return {
    kind: "introduction-response",
    identifier,
    instance: scope.instance.bytes,
    destination: to,
    grant: netState.validation.tokens.issue(to, ctx.now),
    nat: UNKNOWN_NAT,
    validated: false,
    tracker,
  };
}

/** What every other introduction-response says as well. */
export function responseTo(
  to: Address,
  request: IntroductionRequest,
  answerer: Answerer,
): IntroductionResponse {
  const { netState } = answerer;
  const response = responseToStranger(to, request, answerer);
  const lan = netState.lanAddress(to.family);
  if (lan !== undefined) response.lan = lan;
  response.nat = netState.nat(to.family);
  response.validated = true;
  return response;
}
