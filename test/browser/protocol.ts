/** What the page is to do: join, and say this in each overlay once it holds what there is. */
export interface Task {
  tickets: string[];
  say: string;
}

/** What the page tells its server. `overlay`: its hexadecimal id. */
export type Report =
  | { event: "text"; overlay: string; text: string }
  | { event: "closed"; url: string }
  | { event: "defect"; message: string };
