/*
 * `store-reader HOME`: reads all that is stored, in a process of its own since a damaged file may end it by a signal.
 * Prints how many records it read, line by line, and at the end a StoreEnd.
 */
import { UserError, messageOf } from "../errors.ts";
import { LmdbStore, OtherFormat } from "../store/lmdb-store.ts";
import type { StoreEnd } from "./store-facts.ts";

/** Read in some 20 ms: often enough for whoever waits. */
const LINE_RECORDS = 5_000;

const [, , home = ""] = process.argv;

function read(): StoreEnd {
  let [records, damaged] = [0, 0];
  const store = new LmdbStore(home, { readOnly: true });
  for (const isWhole of store.audit()) {
    records++;
    if (!isWhole) damaged++;
    if (records % LINE_RECORDS === 0) process.stdout.write(`${records}\n`);
  }
  return { kind: "read", records, damaged };
}

function end(): StoreEnd {
  try {
    return read();
  } catch (error) {
    const message = error instanceof UserError ? error.message : messageOf(error);
    return { kind: error instanceof OtherFormat ? "other-format" : "unreadable", message };
  }
}

process.stdout.write(`${JSON.stringify(end())}\n`);
