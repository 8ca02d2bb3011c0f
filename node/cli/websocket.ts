import { parseWebSocketListen } from "../host/carriers/websocket-listen.ts";
import { EXIT, UserError } from "../host/errors.ts";
import type { NodeOptions } from "../host/node/node-options.ts";
import { parseWebSocketUrl } from "../../wire/websocket-place.ts";

/** The settings that are about WebSockets. */
export interface WebSocketSettings {
  ws?: string;
  wsCert?: string;
  wsKey?: string;
  wsUrl?: string;
  wsOnly?: boolean;
}

/** The same for a node. Throws a UserError (exit code 2) where one of them needs another. */
export function webSocketOptions(settings: WebSocketSettings): Pick<NodeOptions, "ws" | "wsOnly"> {
  const { ws, wsCert: certificate, wsKey: key, wsUrl, wsOnly } = settings;
  if ((certificate === undefined) !== (key === undefined)) {
    throw usage("a certificate needs its key, and a key its certificate", "--ws-cert and --ws-key");
  }
  if (ws === undefined) {
    if (certificate !== undefined || wsUrl !== undefined) {
      throw usage("no WebSockets are taken", "--ws PORT as well");
    }
    return wsOnly === true ? { wsOnly } : {};
  }
  const listen = parseWebSocketListen(ws);
  if (certificate !== undefined && key !== undefined) listen.tls = { certificate, key };
  const url = wsUrl === undefined ? undefined : parseWebSocketUrl(wsUrl)!;
  return { ws: { listen, ...(url && { url }) }, ...(wsOnly === true && { wsOnly }) };
}

function usage(message: string, options: string): UserError {
  return new UserError(message, `Give ${options}.`, EXIT.usage);
}
