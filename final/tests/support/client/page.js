// The part of a page that uses the delivery core, without a page: the test carries requests, acknowledgements and events.
import { Feed } from "./delivery/feed.js";
import { Outbox } from "./delivery/outbox.js";
import { Sender } from "./delivery/sender.js";
import { Sync } from "./delivery/sync.js";

let isConnected = false;
let user;
let lastRequest = 0;
let requests = [];
const responses = new Map();
const subscribed = new Set();
const moving = new Set();
// Like `localStorage`, with the messages that have left it.
const stored = new Map();
const sent = [];

const server = {
  isConnected: () => isConnected,
  wait: () => Promise.resolve(),
  request(event, payload) {
    if (!isConnected) return Promise.resolve({ error: { code: "offline", message: "offline" } });
    lastRequest += 1;
    requests.push([lastRequest, event, payload]);
    return new Promise((resolve) => responses.set(lastRequest, resolve));
  },
};
const storage = {
  keys: () => [...stored.keys()],
  get: (key) => JSON.parse(stored.get(key)),
  set: (key, value) => Boolean(stored.set(key, JSON.stringify(value))),
  remove(key) {
    sent.push(storage.get(key));
    stored.delete(key);
  },
};
const outbox = new Outbox(storage, () => {});
const sync = new Sync(server, (_feed, changed) => outbox.arrive(changed, user));
const sender = new Sender(server, outbox, (message) => sync.apply([message]));

const page = {
  restore(messages) {
    messages.forEach((message) => stored.set(message.clientId, JSON.stringify(message)));
    outbox.restore();
  },
  receive(event, payload) {
    if (event === "socket:welcome") welcome(payload);
    else if (payload.seq !== undefined) sync.receive(payload);
  },
  acknowledge(id, response) {
    responses.get(id)(response);
    responses.delete(id);
  },
  disconnect() {
    isConnected = false;
    requests = [];
    responses.forEach((resolve) => resolve({ error: { code: "timeout", message: "timeout" } }));
    responses.clear();
  },
  send(clientId, channel, payload) {
    outbox.add(clientId, { channel, event: "message:send", payload });
    sender.send();
  },
  async change(event, payload) {
    const { ok } = await server.request(event, payload);
    if (ok) sync.apply([ok.message]);
  },
  async join(channel) {
    if (!(await move("channel:join", channel))) return;
    subscribed.add(channel);
    await open(channel);
  },
  async leave(channel) {
    if (await move("channel:leave", channel)) subscribed.delete(channel);
  },
  takeRequests() {
    const taken = requests;
    requests = [];
    return taken;
  },
  lastRequest: () => lastRequest,
  isSettled() {
    const isPending = outbox.all().some(({ state }) => state === "pending");
    return !isPending && responses.size === 0 && ![...sync.feeds.values()].some((feed) => feed.hasGap());
  },
  shown: (channel) => sync.feeds.get(channel)?.loaded().map(withQuote(sync.feeds.get(channel))) ?? [],
  known: (channel) => sync.feeds.get(channel)?.known ?? 0,
  subscribed: () => [...subscribed],
  stored: () => storage.keys().map(storage.get),
  takeSent: () => sent.splice(0),
};

/** Subscribes or unsubscribes, unless one of both is under way, as a disabled button does. */
async function move(event, channel) {
  if (moving.has(channel)) return false;
  moving.add(channel);
  const { ok } = await server.request(event, { channel });
  moving.delete(channel);
  return ok;
}

function welcome({ me, channels }) {
  isConnected = true;
  user = me.id;
  subscribed.clear();
  channels.forEach(({ id }) => subscribed.add(id));
  subscribed.forEach(open);
  sender.resume();
}

/** Catches up with a channel, and loads it page by page before. */
async function open(channel) {
  let feed = sync.feeds.get(channel);
  if (feed) sync.catchUp(feed);
  else ({ feed } = await sync.load(channel, 1));
  if (!feed) return;
  sync.follow(feed);
  while (feed.hasNewer) {
    const { ok } = await server.request("channel:open", { channel, at: feed.last });
    if (!ok) return;
    feed.extend(ok, false);
  }
}

/** A message with its quote up to date, as the page shows it. */
function withQuote(feed) {
  return (message) => {
    const quoted = feed.quoteIn(message);
    if (!quoted) return message;
    const { id, number, author, excerpt, isDeleted } = quoted;
    return { ...message, replyTo: { id, number, author, excerpt, isDeleted } };
  };
}

globalThis.call = (name, values) => JSON.stringify(page[name](...JSON.parse(values)) ?? null);
