// After the log-in, the author comes back.
const TEMPORARY = ["offline", "timeout", "too-many-tries", "stopping", "failed", "log-in-first"];

/** Whether the same request may succeed later. */
export function isTemporary({ code }) {
  return TEMPORARY.includes(code);
}
