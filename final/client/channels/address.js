/** The address of a channel, or of a message in it. */
export function addressOf(channel, number) {
  return `/home?channel=${channel}${number ? `&message=${number}` : ""}`;
}

/** The channel and the message in the page's address, if any. */
export function fromAddress() {
  const query = new URLSearchParams(location.search);
  return { channel: numberIn(query, "channel"), number: numberIn(query, "message") };
}

function numberIn(query, name) {
  const number = Number(query.get(name));
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
