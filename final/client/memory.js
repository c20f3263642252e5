import { chat } from "./chat.js";

// For browsers that may not store, or have no room left: then it lasts as long as the page.
const fallback = new Map();

/** Keeps a value in this browser, for the person who is logged in; returns whether it outlives the page. */
export function remember(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(fullKey(key), text);
    fallback.delete(fullKey(key));
    return true;
  } catch {
    fallback.set(fullKey(key), text);
    return false;
  }
}

/** What was kept; undefined when there is nothing. */
export function recall(key) {
  const text = fallback.get(fullKey(key)) ?? read(fullKey(key));
  return text === null ? undefined : JSON.parse(text);
}

/** Keeps a value no longer. */
export function forget(key) {
  fallback.delete(fullKey(key));
  try {
    localStorage.removeItem(fullKey(key));
  } catch {
    // What may not be stored is not there.
  }
}

/** Keeps nothing any longer of the person who is logged in. */
export function forgetAll() {
  recallKeys("").forEach(forget);
}

/** The ends of all keys that begin so. */
export function recallKeys(start) {
  // One whose newest value could not be stored is in both.
  const keys = new Set([...fallback.keys(), ...storedKeys()]);
  return [...keys].filter((key) => key.startsWith(fullKey(start))).map((key) => key.slice(fullKey(start).length));
}

/** The key under which other windows see the value. */
export function fullKey(key) {
  return `make-chat:${chat.id}:${chat.user}:${key}`;
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function storedKeys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
