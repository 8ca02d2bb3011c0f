import type { Address } from "../../wire/address.ts";
import {
  UNKNOWN_NAT,
  type IntroductionRequest,
  type IntroductionResponse,
} from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { Surroundings } from "./net-state.ts";

/** Who answers. */
interface Answerer {
  ctx: Context;
  surroundings: Surroundings;
  tracker: boolean;
}

/**
 * What a stranger is told: how we see it, how it can come back, and nothing of our network. That is smaller than any request,
 * also one with a token that we forgot over a restart.
 */
export function responseToStranger(
  to: Address,
  { identifier }: IntroductionRequest,
  { ctx, surroundings, tracker }: Answerer,
): IntroductionResponse {
  return {
    kind: "introduction-response",
    identifier,
    instance: ctx.instance,
    destination: to,
    grant: surroundings.validation.tokens.issue(to, ctx.now),
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
  const { surroundings } = answerer;
  const response = responseToStranger(to, request, answerer);
  const lan = surroundings.lanAddress(to.family);
  if (lan !== undefined) response.lan = lan;
  response.nat = surroundings.nat(to.family);
  response.validated = true;
  return response;
}
