import { BESIDE, looksLikeKey } from "../author-names.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Joined } from "../runtime/joined.ts";
import {
  type Listing,
  listBundles,
  listInTurns,
  type StoredBundle,
} from "../store/bundle-lookup.ts";
import { isWanted } from "../store/bundle-filter.ts";
import type { TopicBook } from "../store/topic-book.ts";
import { topicName } from "../topic.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import type { ListOptions } from "./node-options.ts";

type AuthorTest = (author: string) => boolean;

/** Bundles of an overlay in order of global time; names of authors as far as they are known by now. */
export function readAll(joined: Joined, options: ListOptions = {}): IterableIterator<StoredBundle> {
  return listBundles(nativeCrypto, joined, listingOf(joined.topics, options));
}

/** The same while others have their turn. */
export async function* readInTurns(
  joined: Joined,
  options: ListOptions = {},
): AsyncIterableIterator<StoredBundle> {
  const { topics } = joined;
  const { topic, author } = options;
  if (topic !== undefined || author !== undefined) await topics.ready();
  const listing = listingOf(topics, options);
  const { topic: name, isAuthor = anybody } = listing;
  const places = name === undefined ? undefined : topics.places(name, isAuthor);
  yield* listInTurns(nativeCrypto, joined, listing, places);
}

/** The newest bundle under a topic, by an author or by anybody. Rejects with a UserError where there is none. */
export async function readNewest(
  joined: Joined,
  topic: string,
  author?: string,
): Promise<StoredBundle> {
  const by = author === undefined ? {} : { author };
  for await (const newest of readInTurns(joined, { topic, last: 1, ...by })) return newest;
  throw new UserError(
    `there is nothing${author === undefined ? "" : ` by ${author}`} under the topic ${topic}`,
    "It may not have arrived yet; `dispersy ls --json` shows the topics of what is here.",
  );
}

/** Whether a bundle of the overlay is one of those, as it comes. */
export async function filterOf(
  { topics }: Joined,
  options: Omit<ListOptions, "last">,
): Promise<(bundle: StoredBundle) => boolean> {
  await topics.ready();
  const filter = listingOf(topics, options);
  return (bundle) => isWanted(filter, bundle);
}

function anybody(): boolean {
  return true;
}

function listingOf(topics: TopicBook, options: ListOptions): Listing {
  const { dataOnly, last, topic, author, since } = options;
  return {
    ...(dataOnly !== undefined && { dataOnly }),
    ...(last !== undefined && { last }),
    ...(topic !== undefined && { topic: topicName(topic) }),
    ...(author !== undefined && { isAuthor: authorTest(topics, author) }),
    ...(since !== undefined && { sinceMs: since }),
  };
}

/**
 * Whom a text names: by the beginning of a key, by a name, or by both as lists show them. What can be a key is one:
 * somebody may call himself so. Throws a UserError unless it is clear.
 */
function authorTest(topics: TopicBook, text: string): AuthorTest {
  const beginning = text.toLowerCase();
  if (looksLikeKey(text)) return (key) => key.startsWith(beginning);
  const named = keysOf(topics, text);
  if (named.length === 1) return (key) => key === named[0];
  if (named.length > 1) {
    throw new UserError(
      `${named.length} authors are called ${text}`,
      `Give the first digits of a key: ${named.slice(0, SHOWN_KEYS).map(short).join(", ")}.`,
      EXIT.usage,
    );
  }
  throw new UserError(
    `nobody here is called ${text}`,
    "Give a name as `dispersy name --all` shows it, or the first digits of a key, at least 6.",
    EXIT.usage,
  );
}

const SHOWN_KEYS = 5;

function short(key: string): string {
  return key.slice(0, 12);
}

/** Of those with this name, or with this name and this beginning of a key. */
function keysOf(topics: TopicBook, text: string): string[] {
  const wanted = text.normalize("NFC").toLowerCase();
  const at = wanted.lastIndexOf(BESIDE);
  const [before, digits] = [wanted.slice(0, at), wanted.slice(at + 1)];
  return [...topics.names()].flatMap(([key, { name: asWritten }]) => {
    const name = asWritten.toLowerCase();
    const isBoth = at !== -1 && name === before && digits !== "" && key.startsWith(digits);
    return name === wanted || isBoth ? [key] : [];
  });
}
