/** As the node would be started. */
export interface Settings {
  listen?: string;
  /** `host:port` each. */
  trackers: readonly string[];
  minFreeBytes?: number;
  portmap: boolean;
}
