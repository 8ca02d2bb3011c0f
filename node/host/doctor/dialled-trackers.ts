import { webSocketUrl } from "../../../wire/websocket-place.ts";
import { messageOf } from "../errors.ts";
import { isWebSocketUrl, parseWebSocketTracker } from "../node/named-trackers.ts";

/** A tracker that the user named by where it takes WebSockets. */
export interface DialledTracker {
  url: string;
  /** Why nothing connects; absent where it does. */
  problem?: string;
}

/** As many as of UDP's places. */
const MAX_DIALLED = 12;

/** Connects to each, and closes again. Never rejects. */
export function dialTrackers(trackers: readonly string[]): Promise<DialledTracker[]> {
  return Promise.all(trackers.filter(isWebSocketUrl).slice(0, MAX_DIALLED).map(dialTracker));
}

async function dialTracker(text: string): Promise<DialledTracker> {
  const place = parseWebSocketTracker(text);
  const url = webSocketUrl(place);
  try {
    const { dial } = await import("../carriers/websocket-client.ts");
    (await dial(place)).terminate();
    return { url };
  } catch (error) {
    return { url, problem: messageOf(error) };
  }
}
