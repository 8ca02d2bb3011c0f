/** Why a connection carries no WebSocket. */
export type WebSocketRefusal =
  | "all places are taken"
  | "too many from its address"
  | "its address connects too often"
  | "too many connect"
  | "no request in time"
  | "no WebSocket";

/** Why we end a WebSocket that was open. */
export type WebSocketEnding =
  "flood" | "does not read" | "no answer" | "no datagrams" | "makes room" | "too many links";

/** What links count, by the names that `status --json` shows; docs/status.md says how to read them. */
export type LinkCounter =
  | "link: datagram lost, too much waits"
  | `WebSocket refused: ${WebSocketRefusal}`
  | `WebSocket ended: ${WebSocketEnding}`;
