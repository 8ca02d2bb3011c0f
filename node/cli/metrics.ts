import type { Node } from "../host/node/node.ts";
import { parseMetricsPlace } from "../host/metrics/place.ts";

/** Works while metrics are served at `place`, if that is given. `at` is where they are: `address:port`. */
export async function withMetrics<T>(
  node: Node,
  place: string | undefined,
  work: (at: string | undefined) => Promise<T>,
): Promise<T> {
  if (place === undefined) return work(undefined);
  const { serveMetrics } = await import("../host/metrics/server.ts");
  const server = await serveMetrics(node, parseMetricsPlace(place));
  try {
    return await work(server.at);
  } finally {
    await server.close();
  }
}
