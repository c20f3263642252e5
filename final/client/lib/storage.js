import { store } from "./store.js";

// For browsers whose storage is disabled or full. These values last as long as the page.
const fallback = new Map();

/** Stores a value for the person who is logged in. Returns whether it outlasts the page. */
export function set(key, value) {
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

/** The stored value. Undefined if there is none, or if it cannot be read. */
export function get(key) {
  try {
    return JSON.parse(fallback.get(fullKey(key)) ?? localStorage.getItem(fullKey(key)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether there are values under this prefix that do not outlast the page. */
export function hasUnstored(prefix) {
  return [...fallback.keys()].some((key) => key.startsWith(fullKey(prefix)));
}

/** Removes a value. */
export function remove(key) {
  fallback.delete(fullKey(key));
  try {
    localStorage.removeItem(fullKey(key));
  } catch {
    // Where storage is disabled, there is nothing to remove.
  }
}

/** Removes all values of the person who is logged in. */
export function clear() {
  keys("").forEach(remove);
}

/** All keys that begin with a prefix, without the prefix. */
export function keys(prefix) {
  // A key is in both if its newest value could not be stored.
  const all = new Set([...fallback.keys(), ...storedKeys()]);
  return [...all].filter((key) => key.startsWith(fullKey(prefix))).map((key) => key.slice(fullKey(prefix).length));
}

/** The key in `localStorage`, which all windows share. */
export function fullKey(key) {
  return `make-chat:${store.id}:${store.user}:${key}`;
}

function storedKeys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
