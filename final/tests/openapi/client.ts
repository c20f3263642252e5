// Uses a running chat with a client whose types are generated from the chat's own description of
// its API (schema.d.ts). What the description lacks does not compile; what the chat does
// differently fails when this program runs.

import assert from "node:assert/strict";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema.js";

type Chat = Client<paths>;
type Message = components["schemas"]["Message"];

const baseUrl = process.argv[2] ?? "";

// 1×1 pixel, PNG.
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

const asForm = {
  headers: { "content-type": "application/x-www-form-urlencoded" },
  bodySerializer: (fields: Record<string, string>) => new URLSearchParams(fields).toString(),
};

await main();
console.log("the generated client: every call did what the description says");

async function main(): Promise<void> {
  await strangersAreAskedToLogIn();
  const ada = await signUp("Ada");
  const bob = await signUp("Bob");
  const channel = await createChannel(ada);
  const message = await sendMessages(ada, channel);
  await readHistory(ada, channel, message);
  await changeMessages(ada, channel, message);
  await readUnread(bob, channel);
  await sendFiles(ada, channel);
  await talkInPrivate(ada, bob);
  await refusalsHaveCodes(ada, bob, channel, message);
  await logOutAndIn(ada);
}

/** A client that stores the session cookie, as a browser does. */
function newClient(): Chat {
  const client = createClient<paths>({ baseUrl, redirect: "manual" });
  let cookie = "";
  client.use({
    onRequest({ request }) {
      request.headers.set("cookie", cookie);
      return request;
    },
    onResponse({ response }) {
      const [set] = response.headers.getSetCookie();
      cookie = set?.split(";")[0] ?? cookie;
    },
  });
  return client;
}

async function signUp(name: string): Promise<Chat> {
  const chat = newClient();
  const body = { name, password: "correct horse" };
  const { response } = await chat.POST("/sign-up", { body, ...asForm });
  assert.equal(response.status, 303);
  const { data: me } = await chat.GET("/api/me");
  assert.equal(me?.name, name);
  return chat;
}

async function logOutAndIn(chat: Chat): Promise<void> {
  assert.equal((await chat.POST("/log-out")).response.status, 303);
  assert.equal((await chat.GET("/api/me")).error?.code, "log-in-first");
  const wrong = { name: "Ada", password: "wrong horse" };
  const refused = await chat.POST("/log-in", { body: wrong, ...asForm, parseAs: "text" });
  assert.equal(refused.response.status, 422);
  const right = { name: "Ada", password: "correct horse" };
  await chat.POST("/log-in", { body: right, ...asForm });
  assert.equal((await chat.GET("/api/me")).data?.name, "Ada");
}

async function strangersAreAskedToLogIn(): Promise<void> {
  const stranger = newClient();
  const { error, response } = await stranger.GET("/api/channels");
  assert.deepEqual([response.status, error?.code], [401, "log-in-first"]);
  const params = { path: { id: "0".repeat(32) } };
  assert.equal((await stranger.GET("/files/{id}", { params })).response.status, 401);
}

async function createChannel(ada: Chat): Promise<number> {
  const { data: channel } = await ada.POST("/api/channels", { body: { name: "Recipes" } });
  assert(channel);
  assert.deepEqual([channel.kind, channel.seen, channel.unread], ["public", 0, 0]);
  const { data: found } = await ada.GET("/api/channels", { params: { query: { query: "reci" } } });
  assert.deepEqual(found, [channel]);
  return channel.id;
}

async function sendMessages(ada: Chat, channel: number): Promise<Message> {
  const body = { clientId: "soup", body: "**Soup** at noon?" };
  const send = () =>
    ada.POST("/api/channels/{channel}/messages", { params: { path: { channel } }, body });
  const { data: message } = await send();
  assert(message);
  assert.equal(message.html, "<p><strong>Soup</strong> at noon?</p>\n");
  assert.equal((await send()).data?.id, message.id, "a retry is not a second message");
  const { data: here } = await ada.POST("/api/channels/{channel}/locations", {
    params: { path: { channel } },
    body: { clientId: "here", latitude: 48.2, longitude: 16.37 },
  });
  assert.match(here?.place?.mapUrl ?? "", /^https:/);
  return message;
}

async function readHistory(ada: Chat, channel: number, message: Message): Promise<void> {
  const path = { channel };
  const { data: page } = await ada.GET("/api/channels/{channel}/messages", { params: { path } });
  assert.deepEqual(page?.messages.map((one) => one.number), [1, 2]);
  assert.deepEqual([page?.hasOlder, page?.hasNewer], [false, false]);
  const { data: older } = await ada.GET("/api/channels/{channel}/messages", {
    params: { path, query: { before: 2 } },
  });
  assert.deepEqual(older?.messages, [message]);
}

async function changeMessages(ada: Chat, channel: number, message: Message): Promise<void> {
  const path = { message: message.id };
  const body = { body: "Soup!" };
  const { data: edited } = await ada.PATCH("/api/messages/{message}", { params: { path }, body });
  assert.equal(edited?.body, "Soup!");
  const reaction = { params: { path: { ...path, emoji: "tada" } } };
  const { data: liked } = await ada.PUT("/api/messages/{message}/reactions/{emoji}", reaction);
  assert.deepEqual(liked?.reactions?.map((one) => one.emoji), ["🎉"]);
  await ada.DELETE("/api/messages/{message}/reactions/{emoji}", reaction);
  const { data: changes } = await ada.GET("/api/channels/{channel}/changes", {
    params: { path: { channel }, query: { after: 2 } },
  });
  assert.deepEqual(changes?.messages.map((one) => one.id), [message.id]);
  assert.equal(changes?.seq, 5);
}

async function readUnread(bob: Chat, channel: number): Promise<void> {
  const path = { channel };
  await bob.PUT("/api/channels/{channel}/subscription", { params: { path } });
  const { data: before } = await bob.GET("/api/channels/{channel}", { params: { path } });
  const number = before?.seq ?? 0;
  const seen = await bob.PUT("/api/channels/{channel}/seen/{number}", {
    params: { path: { channel, number } },
  });
  assert.deepEqual(seen.data, { channel, number });
  const star = await bob.PUT("/api/channels/{channel}/favourite", { params: { path } });
  assert.deepEqual(star.data, { channel, isFavourite: true });
  await bob.DELETE("/api/channels/{channel}/favourite", { params: { path } });
  const left = await bob.DELETE("/api/channels/{channel}/subscription", { params: { path } });
  assert.equal(left.response.status, 204);
}

async function sendFiles(ada: Chat, channel: number): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([PICTURE]), "dot.png");
  const { data: file } = await ada.POST("/files", {
    body: { file: "" },
    bodySerializer: () => form,
  });
  assert(file);
  assert.deepEqual([file.kind, file.width, file.height], ["image", 1, 1]);
  const { data: message } = await ada.POST("/api/channels/{channel}/messages", {
    params: { path: { channel } },
    body: { clientId: "dot", body: "", files: [file.id] },
  });
  assert.deepEqual(message?.files, [file]);
  await download(ada, file.id);
}

async function download(ada: Chat, id: string): Promise<void> {
  const get = (header: Record<string, string>) =>
    ada.GET("/files/{id}", { params: { path: { id }, header }, parseAs: "arrayBuffer" });
  const whole = await get({});
  assert.equal(whole.response.status, 200);
  assert.equal(whole.response.headers.get("content-type"), "image/png");
  const bytes = Buffer.from(whole.data as ArrayBuffer);
  const part = await get({ Range: "bytes=1-3" });
  assert.equal(part.response.status, 206);
  assert.deepEqual(Buffer.from(part.data as ArrayBuffer), bytes.subarray(1, 4));
  const tag = whole.response.headers.get("etag") ?? "";
  assert.equal((await get({ "If-None-Match": tag })).response.status, 304);
  assert.equal((await get({ Range: "bytes=9999-" })).response.status, 416);
  const thumbnail = await ada.GET("/files/{id}/thumbnail", {
    params: { path: { id } },
    parseAs: "blob",
  });
  assert.match(thumbnail.response.headers.get("content-type") ?? "", /^image\//);
}

async function talkInPrivate(ada: Chat, bob: Chat): Promise<void> {
  const { data: me } = await bob.GET("/api/me");
  assert(me);
  const { data: direct } = await ada.POST("/api/directs", { body: { user: me.id } });
  assert.deepEqual([direct?.kind, direct?.with?.name], ["direct", "Bob"]);
  const { data: profile } = await ada.GET("/api/users/{user}", {
    params: { path: { user: me.id } },
  });
  assert.deepEqual(profile?.person, me);
  // Nobody has the page open.
  assert.deepEqual((await ada.GET("/api/people")).data, []);
  const { data: found } = await ada.GET("/api/people", { params: { query: { query: "bo" } } });
  assert.deepEqual(found, [me]);
  const { data: emoji } = await ada.GET("/api/emoji");
  assert(emoji?.some((one) => one.shortcode === "tada"));
}

async function refusalsHaveCodes(
  ada: Chat,
  bob: Chat,
  channel: number,
  message: Message,
): Promise<void> {
  const taken = await ada.POST("/api/channels", { body: { name: "recipes" } });
  assert.equal(taken.error?.code, "channel-exists");
  const outside = await bob.POST("/api/channels/{channel}/messages", {
    params: { path: { channel } },
    body: { clientId: "outside", body: "hello" },
  });
  assert.equal(outside.error?.code, "not-subscribed");
  const path = { message: message.id };
  const others = await bob.DELETE("/api/messages/{message}", { params: { path } });
  assert.equal(others.error?.code, "not-yours");
  // @ts-expect-error: the compiler knows that this route has no such code.
  assert(others.error?.code !== "channel-exists");
  const { data: gone } = await ada.DELETE("/api/messages/{message}", { params: { path } });
  assert.equal(gone?.isDeleted, true);
  assert.deepEqual((await ada.GET("/api/messages/{message}", { params: { path } })).data, gone);
}
