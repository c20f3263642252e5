const EVENTS = ["message:send", "location:send"];
const STATES = ["pending", "failed"];

/** Whether a stored value is a message of the outbox. An older release or another program may have written it. */
export function isUnsent(value, clientId) {
  return (
    isObject(value) &&
    value.clientId === clientId &&
    Number.isSafeInteger(value.channel) &&
    Number.isFinite(value.order) &&
    EVENTS.includes(value.event) &&
    STATES.includes(value.state) &&
    isObject(value.payload) &&
    isContent(value.payload) &&
    (value.quote === undefined || isQuote(value.quote)) &&
    (value.files === undefined || (Array.isArray(value.files) && value.files.every(isFile)))
  );
}

function isContent({ body, files = [], latitude, longitude }) {
  const isPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
  return isPlace || (typeof body === "string" && Array.isArray(files));
}

/** Whether a value is a message, with what a quote shows of it. */
export function isQuote(quote) {
  return isObject(quote) && Number.isSafeInteger(quote.id) && isObject(quote.author);
}

/** Whether a value is an uploaded file. */
export function isFile(file) {
  return isObject(file) && typeof file.id === "string" && typeof file.name === "string";
}

/** Whether a value is an object. */
export function isObject(value) {
  return typeof value === "object" && value !== null;
}
